"""AgentFlow: runs as events, approval gates, agents and their tools."""

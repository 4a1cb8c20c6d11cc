"""AgentFlow: runs told as events, approval gates, agents and their tools."""

"""The pure core: one exchange in, one outcome out; no clock, no chance of its own, no sockets.

- `assemble`: documents, fixtures and stubs to a `Site`, before a port is open; `lint` its notices
- `pipeline`: the road of a request on one screen, by `admission`, `sources`, `inject`, `render`
- `exchange`, `plan`, `outcome`: what came in, what will go out, and what came of it
- `sources`: who may give the response, in the order of choice
- `relations`: how the values of a generated response hang together
- `plugins`: services that plug in
- `fault_rules`: where and when faults are injected; `state`: snapshots out, effects in

Offers: admission, assemble, endpoints, exchange, fault_rules.book, fault_rules.log,
fault_rules.rules, fault_rules.schedule, lint, outcome, pipeline, plan, plugins, remember.compile,
remember.contents, remember.kept, remember.kinds, render, responses, rule_names, site, sources,
specs, state.events, state.memory_store, state.scope_state, state.store, trace.
"""

"""JSON Schema 2020-12 alone, without a word of OpenAPI.

- `convert`: schemas of any OpenAPI version to 2020-12; `cycles`, `dialects`, `identifiers`,
  `older_drafts`
- `collect`, `validators`: many schemas compiled into one validator, asked by key
- `contradictions`, `vacant`, `endless`: schemas that no value satisfies
- `explain`, `field_errors`: what is wrong with a file or a body, for its author
- `reasons`: why a value breaks a schema, by the nearest branch, in bounded work
- `generate`: valid, plausible values, the same for the same seed
- `flatten`: schemas without `allOf`, `anyOf`, `$ref`; checks and depths of drafts
- `containment`: does one schema accept every value of another? With a counterexample
- `coerce`: text from URLs and forms to typed values
- `regex`: patterns of ECMA 262, parsed once: translated, matched, drawn from
- `locality`: are the parts of a value judged on their own?
- `pointers`, `locations`, `notices`: where something is, and what to warn of

Offers: chance, coerce.coercion, coerce.shapes, collect, containment.contains,
containment.counterexamples, containment.keywords, containment.model, containment.unchanged,
convert, cycles, dialects, draws, endless, explain, field_errors, flatten.effort, flatten.negation,
flatten.references, generate.around, generate.generator, generate.overlaps, generate.words,
identifiers, instances, keywords, locality, locations, notices, pointers, regex.generate,
regex.linear, spelling, validators.
"""

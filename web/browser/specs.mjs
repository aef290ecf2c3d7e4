// Runs specs one after another in one process, which has to load what drives the
// browser only once:
//
//     node specs.mjs SPEC ...
import { describe } from "node:test";
import "./house.mjs"; // here, so that what they do behind tests and at the end holds for every spec
import "./own.mjs";

for (const spec of process.argv.slice(2)) describe(spec, async () => { await import(`./${spec}`); });

// The house's own rule: a test fails over anything that a browser complains about.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

test("a test fails over a script error, a broken policy, and a page that is refused unannounced", () => {
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ["--test", "--test-reporter=tap", "complaints.mjs"], { cwd: import.meta.dirname, env, encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stdout, /not ok \d+ - an error of a script\n/);
  assert.match(stdout, /not ok \d+ - an inline style\n/);
  assert.match(stdout, /not ok \d+ - a page that is not there\n/);
  assert.match(stdout, /not ok \d+ - a refusal that does not come\n/);
  assert.match(stdout, /\n {4}ok \d+ - a page that is not there, on purpose\n|\nok \d+ - a page that is not there, on purpose\n/);
});

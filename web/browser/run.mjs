// Starts the demo from a binary and runs the specs against it.
//
//     node run.mjs BINARY [SPEC ...]
//
// ROSTERGATE_TEST_CHROMIUM names the browser (default /usr/bin/chromium), and
// ROSTERGATE_TEST_SCREENSHOTS a folder that the pictures of shoot() go to.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { watch } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const [binary, ...given] = process.argv.slice(2);
const here = import.meta.dirname;
const folder = await mkdtemp(join(tmpdir(), "rostergate-browser-"));
const credentials = join(folder, "credentials.json");

const written = new Promise((resolve) => {
  const watcher = watch(folder, (_, name) => {
    if (name !== "credentials.json") return;
    watcher.close();
    resolve();
  });
});
const demo = spawn(binary, ["demo", "--listen", "127.0.0.1:0", "--students", "300", "--data", join(folder, "data"), "--credentials", credentials], {
  stdio: ["ignore", "ignore", "inherit"],
});
const ended = once(demo, "exit").then(([code]) => {
  throw new Error(`the demo ended with ${code} before it was ready`);
});

let code = 1;
let browser;
try {
  browser = await chromium.launchServer({
    executablePath: process.env.ROSTERGATE_TEST_CHROMIUM || "/usr/bin/chromium",
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  await Promise.race([written, ended]);
  const specs = given.length ? given : (await readdir(here)).filter((name) => name.endsWith(".spec.mjs")).sort();
  const tests = spawn(process.execPath, ["--test-reporter=spec", "specs.mjs", ...specs], {
    cwd: here,
    stdio: "inherit",
    env: { ...process.env, ROSTERGATE_TEST_BINARY: resolve(binary), ROSTERGATE_TEST_CREDENTIALS: credentials, ROSTERGATE_TEST_BROWSER: browser.wsEndpoint() },
  });
  [code] = await once(tests, "exit");
} catch (error) {
  console.error(error.message);
} finally {
  await browser?.close();
  ended.catch(() => {});
  if (demo.exitCode === null) {
    demo.kill();
    await once(demo, "exit");
  }
  await rm(folder, { recursive: true, force: true });
}
process.exit(code ?? 1);

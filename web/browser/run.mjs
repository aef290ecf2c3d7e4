// Runs the specs against the demo of a binary. Several demos stand side by side, each
// with specs of its own that run one after another, since much of a spec is waiting.
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

const tracks = 2;
const [binary, ...given] = process.argv.slice(2);
const here = import.meta.dirname;
const specs = given.length ? given : (await readdir(here)).filter((name) => name.endsWith(".spec.mjs")).sort();
const folder = await mkdtemp(join(tmpdir(), "rostergate-browser-"));

let code = 1;
let browser;
try {
  browser = await chromium.launchServer({
    executablePath: process.env.ROSTERGATE_TEST_CHROMIUM || "/usr/bin/chromium",
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  const shares = Array.from({ length: tracks }, (_, track) => specs.filter((_, i) => i % tracks === track));
  const codes = await Promise.all(shares.filter((share) => share.length).map(runShare));
  code = codes.find((code) => code !== 0) ?? 0;
} catch (error) {
  console.error(error.message);
} finally {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
}
process.exit(code);

// runShare runs specs against a demo of theirs, says what they said once they have
// ended, and is their exit code.
async function runShare(share, track) {
  const home = await mkdtemp(join(folder, `${track}-`));
  const credentials = join(home, "credentials.json");
  const written = appears(home, "credentials.json");
  const demo = spawn(binary, ["demo", "--listen", "127.0.0.1:0", "--students", "300", "--data", join(home, "data"), "--credentials", credentials], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(demo, "exit").then(([code]) => {
    throw new Error(`the demo ended with ${code} before its specs did`);
  });
  ended.catch(() => {});
  try {
    await Promise.race([written, ended]);
    return await Promise.race([told(share, credentials), ended]);
  } finally {
    if (demo.exitCode === null) {
      demo.kill();
      await once(demo, "exit");
    }
  }
}

// told runs specs in one process, and prints what it printed as one piece.
async function told(share, credentials) {
  const tests = spawn(process.execPath, ["--test-reporter=spec", "specs.mjs", ...share], {
    cwd: here,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ROSTERGATE_TEST_BINARY: resolve(binary), ROSTERGATE_TEST_CREDENTIALS: credentials, ROSTERGATE_TEST_BROWSER: browser.wsEndpoint() },
  });
  let said = "";
  tests.stdout.setEncoding("utf8").on("data", (text) => { said += text; });
  const [code] = await once(tests, "close");
  process.stdout.write(said);
  return code ?? 1;
}

// appears waits until a folder has a file of the name.
function appears(place, file) {
  return new Promise((resolve) => {
    const watcher = watch(place, (_, name) => {
      if (name !== file) return;
      watcher.close();
      resolve();
    });
  });
}

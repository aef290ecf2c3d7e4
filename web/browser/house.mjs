// What every spec works with: windows of one browser, the demo's sign-ins, and the
// checks that hold for every page. When a test ends its windows are closed, and it
// fails if the browser complained about anything in them.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, afterEach } from "node:test";
import { chromium } from "playwright-core";

export const access = JSON.parse(readFileSync(process.env.ROSTERGATE_TEST_CREDENTIALS, "utf8"));

// demo is the house that all specs share. A house has an address, and the sign-ins
// of its people by role.
const demo = { url: access.base_url, admin: access.admin, auditor: access.auditor };

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const pictures = process.env.ROSTERGATE_TEST_SCREENSHOTS; // the folder, if pictures are wanted

let browser;
const opened = []; // by the test under way

after(() => browser?.close());

afterEach(async () => {
  const pages = opened.splice(0);
  for (const page of pages) await page.context().close();
  assert.deepEqual(pages.flatMap(complaints), [], "what the browser complained about");
});

// visit opens a page in a window of its own, signed in as options.as ("admin" or
// "auditor"), in the house options.at, options.width wide, with or without
// options.script. options.refusals are the statuses with which pages are refused on
// purpose: each has to come, and the browser may say so.
export async function visit({ as, at = demo, width = 1280, script = true, refusals = [] } = {}) {
  browser ??= await chromium.connect(process.env.ROSTERGATE_TEST_BROWSER); // which all specs share
  const context = await browser.newContext({
    baseURL: at.url,
    storageState: as && (await session(at, as)),
    reducedMotion: "reduce",
    viewport: { width, height: 800 },
    javaScriptEnabled: script,
  });
  const page = await context.newPage();
  opened.push(Object.assign(page, { said: [], refused: [], refusals }));
  page.on("console", (line) => {
    if (["error", "warning"].includes(line.type())) page.said.push({ text: line.text(), url: line.location().url });
  });
  page.on("pageerror", (error) => page.said.push({ text: String(error), url: page.url() }));
  page.on("response", (answer) => {
    if (["document", "xhr"].includes(answer.request().resourceType()) && answer.status() >= 400) page.refused.push({ status: answer.status(), url: answer.url() });
  });
  return page;
}

// complaints is what the browser said of a page, but for its line about a document
// that was refused as the test says.
function complaints(page) {
  const expected = page.refused.filter(({ status }) => page.refusals.includes(status));
  const excused = ({ text, url }) =>
    expected.some((document) => document.url === url && text.startsWith(`Failed to load resource: the server responded with a status of ${document.status} `));
  const missed = page.refusals.filter((status) => !expected.some((document) => document.status === status));
  return [
    ...page.said.filter((line) => !excused(line)).map(({ text, url }) => `${text} at ${url}`),
    ...missed.map((status) => `no page was refused with ${status}`),
  ];
}

// session signs in once for all windows.
async function session(at, role) {
  at.sessions ??= {};
  if (!at.sessions[role]) {
    const context = await browser.newContext({ baseURL: at.url });
    await context.request.post("/sign-in", { form: at[role] });
    at.sessions[role] = await context.storageState();
    await context.close();
  }
  return at.sessions[role];
}

// signIn fills in the sign-in, as people do.
export async function signIn(page, { email, password }) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

// accessible fails where axe finds anything.
export async function accessible(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const found = violations.map((v) => `${v.id}: ${v.help}\n` + v.nodes.map((n) => `    ${n.target} ${n.failureSummary}`).join("\n"));
  assert.deepEqual(found, [], `axe on ${page.url()}\n${found.join("\n")}`);
}

// fits fails where the page scrolls sideways.
export async function fits(page) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= window, `${page.url()} is ${wide} wide in a window of ${window}`);
}

// looksWell fails where a page is not accessible or does not fit: dark and narrow,
// then light and wide. The page stays as it is, so that any state can be looked at.
export async function looksWell(page, name) {
  const before = page.viewportSize();
  for (const [width, colorScheme, other] of [[360, "dark", "light"], [1280, "light", "dark"]]) {
    await page.setViewportSize({ width, height: 800 });
    if (pictures) {
      await page.emulateMedia({ colorScheme: other });
      await shoot(page, `${name}-${other}-${width}`);
    }
    await page.emulateMedia({ colorScheme });
    await shoot(page, `${name}-${colorScheme}-${width}`);
    await accessible(page);
    await fits(page);
  }
  await page.setViewportSize(before);
}

// shoot keeps a picture of the whole page, or of its first height pixels, if a
// folder for pictures is named.
export async function shoot(page, name, height) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  if (height) await page.setViewportSize({ width: page.viewportSize().width, height });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: !height });
}

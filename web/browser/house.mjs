// What every spec works with: the demo's sign-ins, a browser, and the checks that
// hold for every page.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const access = JSON.parse(readFileSync(process.env.ROSTERGATE_CREDENTIALS, "utf8"));

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// openBrowser starts a browser for the specs of a file.
export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.ROSTERGATE_CHROMIUM || "/usr/bin/chromium",
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}

// visit opens a page in a window of its own, by options.scheme ("light" or
// "dark") and options.width, with or without options.script. What the browser
// complains about is in page.complaints.
export async function visit(browser, { scheme = "light", width = 1280, script = true } = {}) {
  const context = await browser.newContext({
    baseURL: access.base_url,
    colorScheme: scheme,
    reducedMotion: "reduce",
    viewport: { width, height: 800 },
    javaScriptEnabled: script,
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  return page;
}

// signIn signs in as "admin" or "auditor" and ends on the dashboard.
export async function signIn(page, role) {
  await page.goto("/");
  await page.getByLabel("Email").fill(access[role].email);
  await page.getByLabel("Password").fill(access[role].password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
}

// accessible fails where axe finds anything.
export async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const found = violations.map((v) => `${v.id}: ${v.help}\n` + v.nodes.map((n) => `    ${n.target} ${n.failureSummary}`).join("\n"));
  assert.deepEqual(found, [], `axe on ${page.url()}\n${found.join("\n")}`);
}

// fits fails where the page scrolls sideways.
export async function fits(page) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= window, `${page.url()} is ${wide} wide in a window of ${window}`);
}

// calm fails where the browser complained about anything.
export function calm(page) {
  assert.deepEqual(page.complaints, [], page.url());
}

// shoot keeps a picture of the whole page, or of its first height pixels, if a
// folder for pictures is named.
export async function shoot(page, name, height) {
  const folder = process.env.ROSTERGATE_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  if (height) await page.setViewportSize({ width: page.viewportSize().width, height });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: !height });
}

// answer asks the API as an app.
export async function answer(app, path) {
  const { token_url, client_id, client_secret, oneroster_v1p1 } = access.apps.find((a) => a.id === app);
  const token = await fetch(token_url, {
    method: "POST",
    headers: { authorization: "Basic " + Buffer.from(`${client_id}:${client_secret}`).toString("base64") },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token } = await token.json();
  return fetch(oneroster_v1p1 + path, { headers: { authorization: `Bearer ${access_token}` } });
}

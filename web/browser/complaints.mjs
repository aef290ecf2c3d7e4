// What house.spec.mjs expects to fail.
import { test } from "node:test";
import { visit } from "./house.mjs";

test("an error of a script", async () => {
  const page = await visit();
  await page.goto("/sign-in");
  await Promise.all([
    page.waitForEvent("pageerror"),
    page.evaluate(() => setTimeout(() => { throw new Error("a slip"); })),
  ]);
});

test("an inline style", async () => {
  const page = await visit();
  await page.goto("/sign-in");
  await page.evaluate(() => document.body.setAttribute("style", "color: red"));
});

test("a page that is not there", async () => {
  await (await visit()).goto("/nowhere");
});

test("a refusal that does not come", async () => {
  await (await visit({ refusals: [404] })).goto("/sign-in");
});

test("a page that is not there, on purpose", async () => {
  await (await visit({ refusals: [404] })).goto("/nowhere");
});

// An admin writes a policy for an app: by files with a test that fails, then with one that
// passes. What it hides is gone from the app's very next answer, and comes back with the
// version before.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { records } from "./client.mjs";
import { opensMenu } from "./deeds.mjs";
import { fits, looksWell, shoot, visit } from "./house.mjs";

const app = "schoolinks";
const rules = 'package rostergate.app\n\n# METADATA\n# title: Given names alone\nhide contains "users.familyName"\n\nhide contains "users.middleName" if input.app.id == "nobody"\n';
const tests = (name) => `package rostergate.app_test\n\nimport data.rostergate.app\n\ntest_it_is_hidden if "${name}" in app.hide\n`;
const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
const shown = async () => (await records(app, "/students?limit=1"))[0].familyName !== undefined;

// photographs takes pictures at the widths that people look at.
async function photographs(page, name) {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await fits(page);
    await shoot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

after(async () => {
  const page = await visit({ as: "admin" });
  await page.goto(`/apps/${app}/policy/0/back`);
  const confirm = page.getByRole("button", { name: "Confirm" });
  if (await confirm.count()) await confirm.click();
});

for (const script of [true, false]) {
  test(`a policy is uploaded, mended, saved and taken back, ${script ? "with" : "without"} script`, async () => {
    const page = await visit({ as: "admin", script, refusals: [422] });
    assert.ok(await shown());
    await page.goto("/apps");
    await (await opensMenu(page, app)).getByRole("link", { name: "Policy" }).click();
    await page.getByText("No policy of its own").waitFor();
    if (script) await looksWell(page, "policy-none");
    await page.getByRole("link", { name: "Write a policy" }).click();

    await page.getByLabel("Upload files of Rego").setInputFiles([file("policy.rego", rules), file("policy_test.rego", tests("users.email"))]);
    await page.getByRole("button", { name: "Upload and check" }).click();
    await page.getByText("1 of 1 tests failed").waitFor();
    await page.getByRole("listitem").filter({ hasText: "test_it_is_hidden" }).getByText("Failed").waitFor();
    await page.getByText("The tests reach").waitFor();
    assert.equal(await page.getByLabel("Text of policy.rego").inputValue(), rules);
    if (script) {
      await looksWell(page, "policy-failed");
      await photographs(page, "policy-failed");
    }
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("1 of 1 tests failed").waitFor();
    assert.ok(await shown(), "what no test vouches for holds");

    await page.getByLabel("Text of policy.rego").fill(rules.replace("input.app.id", "input.ap.id"));
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await page.getByText("This does not compile").waitFor();
    const line = page.getByRole("link", { name: /^Line 7, column/ }).first();
    if (script) {
      await looksWell(page, "policy-wrong");
      await photographs(page, "policy-wrong");
      await line.click();
      const [at, text] = await page.getByLabel("Text of policy.rego").evaluate((area) => [area.selectionStart, area.value]);
      assert.equal(text.slice(0, at).split("\n").length, 7);
    } else assert.ok(await line.isVisible());

    await page.getByLabel("Text of policy.rego").fill(rules);
    await page.getByLabel("Upload files of Rego").setInputFiles([file("policy_test.rego", tests("users.familyName"))]);
    await page.getByRole("button", { name: "Upload and check" }).click();
    await page.getByText("It compiles, and its tests pass").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name: /^What the policy changes/ }).waitFor();
    await page.getByText("A policy gives an app nothing").waitFor();
    await page.getByText("Loses", { exact: true }).waitFor();
    assert.equal(await page.getByText("Gains", { exact: true }).count(), 0);
    await page.getByRole("button", { name: "A record that changes" }).click();
    await page.getByRole("heading", { name: "Once saved" }).waitFor();
    await page.getByText(/familyName/).first().waitFor();
    if (script) {
      await looksWell(page, "policy-panel");
      await photographs(page, "policy-panel");
    }
    assert.ok(await shown(), "looking changes nothing");
    await page.getByLabel("Reason").fill("The board decided so");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Saved. It holds from the next answer on.").waitFor();
    assert.ok(!(await shown()), "the very next answer obeys");
    if (script) {
      await looksWell(page, "policy-holds");
      await photographs(page, "policy-holds");
    }

    await page.getByRole("link", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("The policy is removed.").waitFor();
    assert.ok(await shown());
    const version = script ? 1 : 5; // the first walk made four
    await page.getByRole("link", { name: `Go back to version ${version}` }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText(`Version ${version} holds again.`).waitFor();
    assert.ok(!(await shown()));
    await page.getByRole("row").filter({ hasText: "Holds now" }).getByRole("rowheader").getByRole("link").click();
    await page.getByText("What changed since version").waitFor();
    if (script) {
      await looksWell(page, "policy-version");
      await photographs(page, "policy-version");
    }
    await page.goto(`/apps/${app}/policy/0/back`);
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("The policy is removed.").waitFor();
    assert.ok(await shown());
  });
}

test("the text of a policy is numbered while it is typed, counted, and whoever leaves it is warned", async () => {
  const page = await visit({ as: "admin" });
  await page.goto(`/apps/${app}/policy/edit`);
  const area = page.getByLabel("Text of policy.rego");
  const counter = page.locator("[data-unsaved]");
  assert.equal(await counter.textContent(), "");
  await area.fill(`${rules}\n\n\n# more`);
  assert.equal(await counter.textContent(), "1 unsaved change");
  const numbers = page.locator("[data-lines]").first().locator("span");
  assert.equal(await numbers.count(), (await area.inputValue()).split("\n").length);
  const tops = await Promise.all([numbers.last().boundingBox(), area.boundingBox()]);
  assert.ok(tops[0].y + tops[0].height <= tops[1].y + tops[1].height, "the last number stands beside the text");
  let asked = false;
  page.once("dialog", async (dialog) => {
    asked = dialog.type() === "beforeunload";
    await dialog.dismiss();
  });
  await page.getByRole("link", { name: "Apps", exact: true }).click({ noWaitAfter: true });
  await page.waitForTimeout(300);
  assert.ok(asked, "leaving warns");
  await page.getByRole("button", { name: "Remove policy_test.rego" }).click();
  await counter.getByText(/unsaved changes$/).waitFor();
});

test("an auditor reads a policy and finds nothing to press", async () => {
  const page = await visit({ as: "auditor" });
  await page.goto(`/apps/${app}/policy`);
  await page.getByText("No policy of its own").waitFor();
  assert.equal(await page.getByRole("main").getByRole("link", { name: /Edit|Write|Remove|Go back/ }).count(), 0);
  await looksWell(page, "policy-auditor");
});

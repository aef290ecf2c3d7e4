// What was ticked is not lost: it is counted, whoever leaves it is warned, and who has to
// sign in again goes on with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addsBare } from "./deeds.mjs";
import { access, looksWell, shoot, signIn, visit } from "./house.mjs";

const guard = "/apps/schoolinks/dataguard?entity=users";
const box = (page, name) => page.getByRole("checkbox", { name });
const counter = (page) => page.locator("[data-unsaved]");

// warned does something that leads away, answers the browser's warning, and reports
// whether there was one.
async function warned(page, leave, stay) {
  let asked = false;
  const answer = async (dialog) => {
    asked = dialog.type() === "beforeunload";
    await (stay ? dialog.dismiss() : dialog.accept());
  };
  page.once("dialog", answer);
  await leave();
  await page.waitForTimeout(300);
  page.off("dialog", answer);
  return asked;
}

test("ticks are counted, and whoever changes the tab or the page is warned", async () => {
  const page = await visit({ as: "admin" });
  await page.goto(guard);
  assert.equal(await counter(page).textContent(), "");
  assert.equal(await counter(page).getAttribute("role"), "status");
  const tab = () => page.getByRole("link", { name: "Demographics", exact: true }).click({ noWaitAfter: true });
  await box(page, /^Email/).uncheck();
  assert.equal(await counter(page).textContent(), "1 unsaved change");
  await box(page, /^Middle name/).check();
  await page.getByLabel("How Family name is shown").selectOption("Initial only");
  assert.equal(await counter(page).textContent(), "3 unsaved changes");
  await box(page, /^Middle name/).uncheck();
  assert.equal(await counter(page).textContent(), "2 unsaved changes");
  await looksWell(page, "unsaved-counter");

  assert.ok(await warned(page, tab, true), "a change of tab warns");
  assert.match(page.url(), /entity=users$/);
  assert.ok(!(await box(page, /^Email/).isChecked()), "who stays keeps the ticks");
  assert.ok(await warned(page, () => page.getByRole("link", { name: "Audit", exact: true }).click({ noWaitAfter: true }), true), "a change of page warns");
  assert.ok(await warned(page, () => page.locator("form[action='/sign-out'] button").evaluate((button) => button.click()), true), "signing out warns");

  assert.ok(!(await warned(page, () => page.getByRole("button", { name: "Save" }).click(), false)), "saving does not warn");
  await page.getByRole("heading", { level: 1, name: /^What will change/ }).waitFor();
  assert.ok(await warned(page, () => page.getByRole("link", { name: "Apps", exact: true }).click({ noWaitAfter: true }), true), "the panel holds the ticks, too");
  await page.getByRole("button", { name: "Back to editing" }).click();
  await counter(page).getByText("2 unsaved changes").waitFor();
  await box(page, /^Email/).check();
  await page.getByLabel("How Family name is shown").selectOption("As it is");
  assert.equal(await counter(page).textContent(), "");
  assert.ok(!(await warned(page, tab, true)), "nothing is unsaved");
  await page.getByLabel("Enable Demographics").waitFor();

  await page.getByLabel("Enable Demographics").check();
  await page.getByRole("button", { name: "Save" }).click();
  assert.ok(!(await warned(page, () => page.getByRole("link", { name: "Discard" }).click(), true)), "who discards is not asked");
  await page.getByRole("heading", { level: 1, name: /^DataGuard/ }).waitFor();
  assert.ok(!(await page.getByLabel("Enable Demographics").isChecked()));
});

test("the scope and the agreement count what is not saved, too", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/scope");
  assert.equal(await counter(page).textContent(), "");
  await page.locator("#orgs").getByRole("radio", { name: /^Only those ticked/ }).check();
  await page.locator("#org-tree input").first().check();
  assert.equal(await counter(page).textContent(), "2 unsaved changes");
  assert.ok(await warned(page, () => page.getByRole("link", { name: "DataGuard", exact: true }).click({ noWaitAfter: true }), true));
  await page.locator("#org-tree input").first().uncheck();
  await page.locator("#orgs").getByRole("radio", { name: /^All/ }).check();
  assert.equal(await counter(page).textContent(), "");
  await page.goto("/apps/amplify/agreement");
  await page.getByLabel("Purpose").fill("To enrol students in lessons");
  assert.equal(await counter(page).textContent(), "1 unsaved change");
});

for (const script of [true, false]) {
  test(`who has to sign in again goes on with the ticks, ${script ? "with" : "without"} script`, async () => {
    const page = await visit({ as: "admin", script, refusals: [401, 422] });
    const { id } = await addsBare(page, script ? "unsaved" : "unsaved-plain", "SchooLinks");
    await page.goto(`/apps/${id}/dataguard?entity=users`);
    await box(page, /^Email/).uncheck();
    await box(page, /^Middle name/).check();
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("nothing is lost: sign in here").waitFor();
    if (script) {
      await looksWell(page, "unsaved-sign-in");
      await page.setViewportSize({ width: 390, height: 900 });
      await shoot(page, "unsaved-sign-in-390");
    }
    await signIn(page, { ...access.admin, password: "wrong" });
    await page.getByRole("alert").waitFor();
    await signIn(page, access.admin);
    await page.getByRole("heading", { level: 1, name: "You are signed in again" }).waitFor();
    if (script) await looksWell(page, "unsaved-resume");
    await page.getByRole("button", { name: "Go on with what you entered" }).click();
    await page.getByRole("heading", { level: 1, name: `DataGuard of ${id}` }).waitFor();
    assert.ok(!(await box(page, /^Email/).isChecked()));
    assert.ok(await box(page, /^Middle name/).isChecked());
    if (script) assert.equal(await counter(page).textContent(), "2 unsaved changes");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("region", { name: "What changes" }).getByText("middleName", { exact: true }).waitFor();

    await page.context().clearCookies();
    await page.getByRole("button", { name: "Confirm" }).click();
    await signIn(page, access.admin);
    await page.getByRole("button", { name: "Go on with what you entered" }).click();
    assert.ok(await box(page, /^Middle name/).isChecked(), "Confirm leads back to the ticks, and saves nothing unseen");
  });
}

test("what is ticked before Add outlives a session, too", async () => {
  const page = await visit({ as: "admin", refusals: [401] });
  await page.goto("/apps/add");
  await page.getByRole("radio", { name: /^SchooLinks/ }).check();
  await page.getByLabel("ID", { exact: true }).fill("never-added");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Add" }).click();
  await signIn(page, access.admin);
  await page.getByRole("button", { name: "Go on with what you entered" }).click();
  assert.ok(await page.getByRole("radio", { name: /^SchooLinks/ }).isChecked());
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("heading", { level: 1, name: "Add SchooLinks" }).waitFor();
  await page.getByRole("checkbox", { name: /primaryOrg/ }).check();
  await page.getByLabel("Reason").fill("for the new year");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("nothing is lost: sign in here").waitFor();
  await signIn(page, access.admin);
  await page.getByRole("button", { name: "Go on with what you entered" }).click();
  await page.getByText("Look once more").waitFor();
  assert.ok(await page.getByRole("checkbox", { name: /primaryOrg/ }).isChecked());
  assert.equal(await page.getByLabel("Reason").inputValue(), "for the new year");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("heading", { level: 1, name: "Apps" }).waitFor();
  assert.equal(await page.getByText("never-added").count(), 0);
});

test("what one person ticked is not kept for another in the same browser", async () => {
  const page = await visit({ as: "admin", refusals: [401] });
  await page.goto(guard);
  const other = await page.context().newPage();
  await other.goto(guard);
  await box(page, /^Email/).uncheck();
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Save" }).click();
  await signIn(page, access.auditor);
  await page.getByText("is somebody else’s, and is not kept").waitFor();
  assert.doesNotMatch(await page.content(), /middleName|givenName/);

  await other.getByRole("button", { name: "Save" }).click();
  await other.getByText("This page is for admins").waitFor();
});

// What people do on the pages, again and again.
import { newClient } from "./client.mjs";

// opensMenu opens the menu of an app's row on the page of apps, and is the row.
export async function opensMenu(page, app) {
  const row = page.getByRole("row").filter({ hasText: app });
  await row.getByRole("button", { name: "More actions" }).click();
  return row;
}

// confirms presses Save and, in the panel that says what will change, Confirm.
export async function confirms(page) {
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("It holds from the next answer on").waitFor();
}

// addsBare adds an app without a preset, and so without a ceiling, and enables it with the
// permissions of another. Its client knows its id.
export async function addsBare(page, id, from) {
  await page.goto("/apps/add");
  await page.getByRole("radio", { name: /^A blank app/ }).check();
  await page.getByLabel("Name", { exact: true }).fill(id);
  await page.getByRole("textbox", { name: /^id$/i }).fill(id);
  await page.getByRole("button", { name: "Add" }).click();
  const client = await newClient(page);
  await page.goto(`/apps/${id}/copy`);
  await page.getByLabel("Copy from").selectOption({ label: from });
  await page.getByRole("button", { name: "Show what will change" }).click();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText(`The permissions of ${id} are copied`).waitFor();
  await page.goto(`/apps/${id}/enable`);
  for (let i = 0; i < 2; i++) { // what opens is shown once more where it is grave
    await page.getByRole("button", { name: "Enable" }).click();
    await page.getByText(/is enabled: it receives|Look once more/).waitFor();
    if (!(await page.getByText("Look once more").count())) break;
  }
  return { id, ...client };
}

// goesBack makes an earlier version of an app's permissions hold again.
export async function goesBack(page, app, version) {
  await page.goto(`/apps/${app}/history`);
  await page.getByRole("link", { name: `Go back to version ${version}`, exact: true }).click();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText(`Version ${version} holds again`).waitFor();
}

// finds searches for records: on the preview's page, and in the panel.
export async function finds(page, what, words) {
  if (what) await page.getByLabel("What").selectOption({ label: what });
  await page.getByLabel("Name, sourcedId, identifier or email").fill(words);
  await page.getByRole("button", { name: "Search" }).click();
}

// tabsTo presses Tab until something has the focus.
export async function tabsTo(page, target) {
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not reach ${target}`);
}

// until waits for what comes soon after, as an entry in the ledger.
export async function until(there) {
  for (let i = 0; i < 50; i++) {
    if (await there()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("it does not come");
}

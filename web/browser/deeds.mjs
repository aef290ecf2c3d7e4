// What people do on the pages, again and again.

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

// The form for packages: folders, how far an upload is, and what will not do.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { accessible, shoot, visit } from "./house.mjs";

const folder = mkdtempSync(join(tmpdir(), "rostergate-folder-"));
after(() => rmSync(folder, { recursive: true }));

for (const script of [true, false]) {
  test(`a folder is uploaded ${script ? "with" : "without"} script`, async () => {
    for (const name of ["users.csv", ".hidden.csv", "notes.txt"]) writeFileSync(join(folder, name), "sourcedId\n");
    const page = await visit({ as: "admin", script });
    await page.goto("/imports");
    await page.getByLabel("Folder of CSV files").setInputFiles(folder);
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByRole("link", { name: "Download problems as CSV" }).waitFor();
    await page.getByText("manifest.csv").first().waitFor();
  });
}

test("an upload says how far it is, can be canceled, and ends on the report", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/imports");
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  const slow = (bytes) => network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes });
  const upload = async () => {
    await page.getByLabel("Zip", { exact: true }).setInputFiles({ name: "district.zip", mimeType: "application/zip", buffer: Buffer.alloc(4e6, "no zip") });
    await page.getByRole("button", { name: "Upload" }).click();
  };
  const bar = page.getByRole("progressbar", { name: "Upload" });
  assert.equal(await bar.isVisible(), false);
  await slow(1e5);
  await upload();
  await page.getByText(/^[1-9]0 % of 4 MB sent$/).waitFor();
  assert.ok(await bar.evaluate((b) => b.value > 0 && b.value < 100));
  assert.ok(await page.getByRole("button", { name: "Upload" }).isDisabled());
  await accessible(page);
  await shoot(page, "imports-uploading");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("The upload was canceled. Nothing was imported.").waitFor();
  assert.equal(await bar.isVisible(), false);
  assert.match(page.url(), /\/imports$/);

  await slow(-1);
  await upload();
  await page.getByRole("heading", { level: 1, name: /^Import \d+$/ }).waitFor();
  await page.getByText("Package refused").first().waitFor();
});

test("an upload without a package is told beside what was to be chosen", async () => {
  const page = await visit({ as: "admin", refusals: [422] });
  await page.goto("/imports");
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByText("Choose a zip of OneRoster CSV, or a folder.").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "package");
  await accessible(page);
});

// The room of imports: the list, and the report of a package that is refused.
import { after, before, describe, test } from "node:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, calm, fits, openBrowser, shoot, signIn, visit } from "./house.mjs";

const looks = ["light", "dark"].flatMap((scheme) => [1280, 360].map((width) => ({ scheme, width })));

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

for (const look of looks) {
  describe(`${look.scheme} at ${look.width}`, () => {
    test("a package is uploaded, and its report is accessible and fits", async () => {
      const page = await visit(browser, look);
      const check = async (name) => {
        await accessible(page);
        await fits(page);
        calm(page);
        await shoot(page, `${name}-${look.scheme}-${look.width}`);
      };
      await signIn(page, "admin");
      await page.goto("/imports");
      await check("imports");
      await page.getByLabel("Zip", { exact: true }).setInputFiles({ name: "district.zip", mimeType: "application/zip", buffer: Buffer.from("no zip") });
      await page.getByRole("button", { name: "Upload" }).click();
      await page.getByRole("link", { name: "Download problems as CSV" }).waitFor();
      await check("import-report");
      await page.getByRole("link", { name: "Imports", exact: true }).first().click();
      await page.getByRole("row").filter({ hasText: "Refused" }).filter({ hasText: "Upload" }).first().waitFor();
      await page.getByRole("row").filter({ hasText: "Stored" }).filter({ hasText: "Command" }).waitFor();
      await check("imports-history");
      await page.context().close();
    });
  });
}

for (const script of [true, false]) {
  test(`a folder is uploaded ${script ? "with" : "without"} script`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "rostergate-folder-"));
    try {
      for (const name of ["users.csv", ".hidden.csv", "notes.txt"]) writeFileSync(join(folder, name), "sourcedId\n");
      const page = await visit(browser, { script });
      await signIn(page, "admin");
      await page.goto("/imports");
      await page.getByRole("button", { name: "Upload" }).click();
      await page.getByText("Choose a zip of OneRoster CSV, or a folder.").waitFor();
      await page.getByLabel("Folder of CSV files").setInputFiles(folder);
      await page.getByRole("button", { name: "Upload" }).click();
      await page.getByRole("link", { name: "Download problems as CSV" }).waitFor();
      await page.getByText("manifest.csv").first().waitFor();
      await page.context().close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

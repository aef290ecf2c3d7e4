// A house of one's own: a server on an empty folder, for specs that need another
// roster than the demo's.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";

const binary = process.env.ROSTERGATE_TEST_BINARY;
const ends = [];
after(async () => { for (const end of ends) await end(); });

// folder is a new folder that is gone when the specs end.
function folder(name) {
  const path = mkdtempSync(join(tmpdir(), `rostergate-${name}-`));
  ends.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

// emptyHouse starts a server into which nobody was let yet. Its welcome is the link
// for the first admin.
export async function emptyHouse() {
  const server = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--data", folder("house")], { stdio: ["ignore", "ignore", "pipe"] });
  ends.unshift(async () => {
    server.kill();
    if (server.exitCode === null) await once(server, "exit");
  });
  for await (const line of createInterface({ input: server.stderr })) {
    const welcome = line.match(/http:\S+\/welcome\/\S+/)?.[0];
    if (!welcome) continue;
    server.stderr.resume();
    return { url: new URL(welcome).origin, welcome, admin: { email: "ada@example.org", password: "correct horse battery" } };
  }
  throw new Error("the server ended before it let anybody in");
}

// houseOf is such a house whose admin has set a password; admin may say which.
export async function houseOf(admin) {
  const house = await emptyHouse();
  Object.assign(house.admin, admin);
  const { email, password } = house.admin;
  await fetch(house.welcome, { method: "POST", redirect: "manual", body: new URLSearchParams({ email, password, again: password }) });
  return house;
}

// district writes a made-up district, with changes: functions of a file's text, by
// the file's name. It is the folder.
export function district(students, changes = {}) {
  const path = folder("district");
  execFileSync(binary, ["generate", "--students", String(students), "--out", path]);
  for (const [name, change] of Object.entries(changes)) {
    const file = join(path, name);
    writeFileSync(file, change(readFileSync(file, "utf8")));
  }
  return path;
}

// uploads uploads a package and waits for the report.
export async function uploads(page, path, { dryRun } = {}) {
  await page.goto("/imports");
  if (dryRun) await page.getByRole("checkbox", { name: dryRun }).check();
  await page.getByLabel("Folder of CSV files").setInputFiles(path);
  await page.getByRole("button", { name: "Upload" }).click();
  await imported(page);
}

// imported waits until the report of the page says how the import ended.
export async function imported(page) {
  await page.locator(".page-header .status").filter({ hasNotText: "Running" }).waitFor();
}

// Words of the pages that more than one spec looks for.
export const dryRun = /^Dry run/;
export const accept = "Import anyway";
export const discard = "Discard package";
export const allOfThem = "All, including ones added later";
export const noAccess = /^You don['’]t have access to this page$/;
export const notFound = "Page not found";
export const backToEditing = "Back to editing";
export const withMine = "Continue with my changes";
export const someoneChanged = /^Someone else changed /;

// Words of the pages that more than one spec looks for.
export const dryRun = /^(Dry run|Only try)/;
export const accept = /^(Import anyway|Store it all the same)$/;
export const discard = /^(Discard package|Throw it away)$/;
export const allOfThem = /^All, (including ones added later|those that come later included)$/;
export const noAccess = /^(You don['’]t have access to this page|You may not enter here)$/;
export const notFound = /^(Page not found|There is nothing here)$/;
export const backToEditing = /^(Back to editing|Go on editing)$/;
export const withMine = /^(Continue with my changes|Go on with mine)$/;
export const someoneChanged = /^(Someone else changed|Somebody saved) /;
export const masked = /^(Masked|Shown otherwise)$/;

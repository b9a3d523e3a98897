/** The same as in package.json; `test/version.test.ts` ties them. */
export const version = '0.1.0'

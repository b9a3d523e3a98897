/** What is used of `resedit`: its own declarations bring those of a browser into every file of the project. */
type Section = Readonly<{ info: Readonly<{ virtualAddress: number }>; data: ArrayBuffer | null }>
type ResourceEntries = readonly Readonly<{ type: string | number }>[]
type Language = Readonly<{ lang: number; codepage: number }>

export class NtExecutable {
  static from(file: Uint8Array, options: Readonly<{ ignoreCert: boolean }>): NtExecutable
  static createEmpty(is32Bit: boolean, isDll: boolean): NtExecutable
  readonly newHeader: Readonly<{
    optionalHeaderDataDirectory: { get(entry: number): Readonly<{ virtualAddress: number; size: number }> }
  }>
  getSectionByEntry(entry: number): Section | null
  setSectionByEntry(entry: number, section: Section): void
  generate(): ArrayBuffer
}

export class NtExecutableResource {
  static from(executable: NtExecutable): NtExecutableResource
  readonly entries: ResourceEntries
  outputResource(executable: NtExecutable): void
}

declare class VersionInfo {
  static fromEntries(entries: ResourceEntries): VersionInfo[]
  readonly fixedInfo: Readonly<
    Record<'fileVersionMS' | 'fileVersionLS' | 'productVersionMS' | 'productVersionLS', number>
  >
  setFileVersion(version: string): void
  setProductVersion(version: string): void
  getAllLanguagesForStringValues(): readonly Language[]
  getStringValues(language: Language): Readonly<Record<string, string>>
  setStringValues(language: Language, values: Readonly<Record<string, string>>): void
  removeAllStringValues(language: Language): void
  outputToResourceEntries(entries: ResourceEntries): void
}

export const Resource: Readonly<{ VersionInfo: typeof VersionInfo }>

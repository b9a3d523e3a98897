import { NtExecutable, NtExecutableResource, Resource } from 'resedit'

type Identity = Readonly<{
  /** Of package.json; the installer compares it, so it rises with every release. */
  version: string
  description: string
  /** The file's name, `tanmori.exe`. */
  fileName: string
}>

const english = { lang: 0x409, codepage: 1200 }
/** IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG (winnt.h) */
const loadConfigEntry = 10
/** IMAGE_LOAD_CONFIG_DIRECTORY64.DependentLoadFlags (winnt.h) */
const dependentLoadFlagsOffset = 0x4e
/** LOAD_LIBRARY_SEARCH_SYSTEM32 (libloaderapi.h) */
const searchSystem32 = 0x0800

/**
 * Node for Windows with this project's version resource, without the signature that no longer fits, and with the linker's
 * /DEPENDENTLOADFLAG (learn.microsoft.com, "DEPENDENTLOADFLAG"): the libraries that Node is linked with come from System32
 * alone, not from the folder of the executable.
 */
export function withWindowsIdentity(node: Buffer, { version, description, fileName }: Identity): Buffer {
  const executable = NtExecutable.from(node, { ignoreCert: true })
  const resources = NtExecutableResource.from(executable)
  const [identity] = Resource.VersionInfo.fromEntries(resources.entries)
  if (!identity) throw new Error('Node for Windows: wanted a version resource, came none')
  identity.setFileVersion(numbersOf(version))
  identity.setProductVersion(numbersOf(version))
  for (const language of identity.getAllLanguagesForStringValues()) identity.removeAllStringValues(language)
  identity.setStringValues(english, {
    CompanyName: 'Tanmori',
    FileDescription: description,
    FileVersion: version,
    InternalName: fileName.replace(/\.exe$/, ''),
    OriginalFilename: fileName,
    ProductName: 'Tanmori',
    ProductVersion: version,
  })
  identity.outputToResourceEntries(resources.entries)
  resources.outputResource(executable)
  searchSystem32Alone(executable)
  return Buffer.from(executable.generate())
}

/** Four numbers, as the resource has them; what comes after `-` or `+` is no number. */
function numbersOf(version: string): string {
  const [, numbers] = /^(\d+\.\d+\.\d+)(?:[-+].*)?$/.exec(version) ?? []
  if (numbers === undefined) throw new Error(`version: wanted three numbers, came ${version}`)
  return `${numbers}.0`
}

function searchSystem32Alone(executable: NtExecutable): void {
  const entry = executable.newHeader.optionalHeaderDataDirectory.get(loadConfigEntry)
  const section = executable.getSectionByEntry(loadConfigEntry)
  if (!section?.data || entry.size < dependentLoadFlagsOffset + 2) {
    throw new Error('Node for Windows: wanted a load configuration with DependentLoadFlags, came none')
  }
  const at = entry.virtualAddress - section.info.virtualAddress + dependentLoadFlagsOffset
  new DataView(section.data).setUint16(at, searchSystem32, true)
  // The section is taken by value.
  executable.setSectionByEntry(loadConfigEntry, section)
}

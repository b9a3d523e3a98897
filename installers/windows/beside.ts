import { createHash } from 'node:crypto'

/**
 * The files beside the executable (`native/`, `policies/`) as a WiX fragment: one component per folder, whose identity
 * comes from its path, so that the next version's component is the same one.
 */
export function besideFragment(files: readonly string[], executables: string): string {
  const folders = new Map<string, string[]>()
  for (const file of [...files].sort()) {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : ''
    folders.set(folder, [...(folders.get(folder) ?? []), file])
  }
  const directories = childrenOf('', [...folders.keys()]).map((one) => directoryTree(one, [...folders.keys()]))
  const components = [...folders].map(([folder, names]) => component(folder, names, executables))
  return `<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Fragment>
    <DirectoryRef Id="INSTALLDIR">
${directories.join('\n')}
    </DirectoryRef>
${components.join('\n')}
    <ComponentGroup Id="Beside">
${[...folders.keys()].map((folder) => `      <ComponentRef Id="${idOf('c', folder)}"/>`).join('\n')}
    </ComponentGroup>
  </Fragment>
</Wix>
`
}

/** A GUID that is the same for the same name, in every build. */
export function guidOf(name: string): string {
  const hex = createHash('sha256').update(`tanmori/${name}`).digest('hex').slice(0, 32).toUpperCase()
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `A${hex.slice(17, 20)}`, hex.slice(20)].join('-')
}

function component(folder: string, names: readonly string[], executables: string): string {
  const files = names.map((name, index) => {
    const source = escapeXml(`${executables}/${name}`)
    const shown = escapeXml(name.slice(name.lastIndexOf('/') + 1))
    return `        <File Id="${idOf('f', name)}" Name="${shown}" Source="${source}"${index === 0 ? ' KeyPath="yes"' : ''}/>`
  })
  return `    <DirectoryRef Id="${folder === '' ? 'INSTALLDIR' : idOf('d', folder)}">
      <Component Id="${idOf('c', folder)}" Guid="${guidOf(`component/${folder}`)}" Win64="yes">
${files.join('\n')}
      </Component>
    </DirectoryRef>`
}

function directoryTree(folder: string, all: readonly string[]): string {
  const name = escapeXml(folder.slice(folder.lastIndexOf('/') + 1))
  const inner = childrenOf(folder, all).map((one) => directoryTree(one, all))
  return `<Directory Id="${idOf('d', folder)}" Name="${name}">${inner.join('')}</Directory>`
}

/** The folders right below one, also those that hold nothing but folders. */
function childrenOf(folder: string, all: readonly string[]): readonly string[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const below = all.filter((one) => one.startsWith(prefix) && one !== folder && one !== '')
  return [...new Set(below.map((one) => prefix + (one.slice(prefix.length).split('/')[0] ?? '')))]
}

/** Identifiers of the tables: letters, digits, underscore and period, at most 72. */
function idOf(kind: 'c' | 'd' | 'f', path: string): string {
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 12)
  return `${kind}_${path.replaceAll(/[^A-Za-z0-9]/g, '_').slice(-50)}_${digest}`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}

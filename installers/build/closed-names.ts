/**
 * Environment variables by which a process from outside would have Node read, load or write files before this program's
 * first line: a settings file of OpenSSL that names libraries, code kept from an earlier run, further certificates,
 * reports. Node has no switch against them (`execArgvExtension: none` is for `NODE_OPTIONS` alone), so their names are
 * blanked in our copy of it. Where a name is not to be found exactly once, Node has changed and the build ends.
 */
const names = [
  'NODE_COMPILE_CACHE',
  'NODE_COMPILE_CACHE_PORTABLE',
  'NODE_DEBUG_NATIVE',
  'NODE_EXTRA_CA_CERTS',
  'NODE_ICU_DATA',
  'NODE_REDIRECT_WARNINGS',
  'NODE_REPL_EXTERNAL_MODULE',
  'NODE_USE_ENV_PROXY',
  'NODE_USE_SYSTEM_CA',
  'NODE_V8_COVERAGE',
  'OPENSSL_CONF',
  'OPENSSL_CONF_INCLUDE',
  'OPENSSL_ENGINES',
  'OPENSSL_MODULES',
  'QLOGDIR',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
] as const

/** @throws Error that names the variable, and how often it was found */
export function blankOutsideNames(node: Buffer): void {
  for (const name of names) {
    const places = findStrings(node, name)
    const [place] = places
    if (place === undefined || places.length > 1) {
      throw new Error(
        `Node ${process.versions.node}: wanted the name ${name} once among its strings, came ${places.length}`,
      )
    }
    node[place] = 0 // an empty name, which no environment has
  }
}

/** As the compiler lays strings out: between two zeros, after the last character of another. V8's own have their length before. */
function findStrings(bytes: Buffer, text: string): readonly number[] {
  const wanted = Buffer.from(`\0${text}\0`, 'latin1')
  const places: number[] = []
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
    const before = bytes[at - 1] ?? 0
    if (before >= 0x20 && before < 0x7f) places.push(at + 1)
  }
  return places
}

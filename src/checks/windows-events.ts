import type { Reading } from './reading.ts'
import type { SignIn } from './sign-ins.ts'

const windowMs = 30 * 86_400_000

/**
 * Event 4624 of the Security log, by people at the terminal (2), unlocking (7), by remote desktop (10) and with kept
 * credentials (11). The XML has the same names in every language.
 */
export const logonReading: Reading = {
  kind: 'command',
  program: 'wevtutil.exe',
  args: [
    'qe',
    'Security',
    `/q:*[System[(EventID=4624) and TimeCreated[timediff(@SystemTime) <= ${windowMs}]] and EventData[Data[@Name='LogonType']=2 or Data[@Name='LogonType']=7 or Data[@Name='LogonType']=10 or Data[@Name='LogonType']=11]]`,
    '/f:xml',
    '/rd:true',
    '/c:2000',
  ],
}

export function parseLogons(xml: string): readonly SignIn[] {
  return [...xml.matchAll(/<Event[ >][\s\S]*?<\/Event>/g)].flatMap(([event]) => {
    const atMs = Date.parse(/<TimeCreated SystemTime=['"]([^'"]+)['"]/.exec(event)?.[1] ?? '')
    const user = dataOf(event, 'TargetUserName')
    if (!Number.isFinite(atMs) || user === '' || isOfSystem(event)) return []
    return [{ user, at: new Date(atMs).toISOString(), from: address(dataOf(event, 'IpAddress')) }]
  })
}

/** Desktop window manager and font driver host sign in as `DWM-1`, `UMFD-0` (S-1-5-90, S-1-5-96). */
function isOfSystem(event: string): boolean {
  const sid = dataOf(event, 'TargetUserSid')
  return !(sid.startsWith('S-1-5-21-') || sid.startsWith('S-1-12-1-'))
}

function address(text: string): string {
  return text === '-' || text === '::1' || text === '127.0.0.1' ? '' : text
}

function dataOf(event: string, name: string): string {
  const text = new RegExp(`<Data Name=['"]${name}['"]>([^<]*)</Data>`).exec(event)?.[1] ?? ''
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

import { describe, expect, it } from 'vitest'
import { netWifiEncryption } from '../../src/checks/net.wifi-encryption.ts'
import { parseConnectionProfile, parseNmcliWifi } from '../../src/checks/network-manager.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { parseWlanProfile } from '../../src/checks/wlan-profile.ts'
import { parseIwdName, parseWpaStatus, parseWpaSupplicant } from '../../src/checks/wpa-supplicant.ts'
import { file, folder, judgeRaws, lost, output, rows } from './one-check.ts'

const none = lost('missing', 'ENOENT')
const wired: Raws = { radios: none, iwd: none, nmSaved: none, nmRunning: none, wpa: none }
const radio: Raws = { ...wired, radios: folder('phy0@'), iw: none, nmcli: none, wpaStatus: none }

/** Keyfile of NetworkManager, as nm-settings-keyfile(5) has it. */
function profile(ssid: string, security = ''): string {
  return `[connection]\nid=${ssid}\ntype=wifi\n\n[wifi]\nmode=infrastructure\nssid=${ssid}\n\n${security}\n[ipv4]\nmethod=auto\n`
}
const profilePath = '/etc/NetworkManager/system-connections/wifi.nmconnection'
const withProfile = (text: string, raws = wired): Raws => ({
  ...raws,
  nmSaved: folder('wifi.nmconnection'),
  [profilePath]: file(text),
})

describe('net.wifi-encryption on Linux', () => {
  it.each([
    [
      'a terminal without a wireless adapter',
      wired,
      'pass',
      '無線LANの機器がなく、保存された無線LANの設定もありません',
    ],
    [
      'a radio that has joined nothing',
      { ...radio, iw: output('phy#0\n\tInterface wlan0\n\t\ttype managed\n') },
      'pass',
      '無線LANに接続しておらず、保存された設定もありません',
    ],
    [
      'a radio of which nothing tells',
      radio,
      'unknown',
      '接続中の無線LANを確認できません（iw、nmcli、wpa_cli のいずれも使えません）',
    ],
    [
      'a WPA2 network, as nmcli lists it',
      { ...radio, nmcli: output('no:隣家:WEP\nyes:町役場:WPA2\n') },
      'pass',
      '無線LANの接続先と保存された設定は、すべてWPA2以上です',
    ],
    [
      'an access point that takes the first WPA too',
      { ...radio, nmcli: output('yes:町役場:WPA1 WPA2\n') },
      'fail',
      '暗号化の弱い無線LANに接続しています: 「町役場」WPA（旧方式）（WPA2以上が必要）',
    ],
    [
      'what was agreed on counts before what is offered',
      { ...radio, nmcli: output('yes:town:WPA1 WPA2\n'), wpaStatus: output(wpaStatus('WPA2-PSK', 'CCMP')) },
      'pass',
      'すべてWPA2以上',
    ],
    [
      'an open network',
      { ...radio, nmcli: output('yes:FREE\\:SPOT:\n') },
      'fail',
      '暗号化の弱い無線LANに接続しています: 「FREE:SPOT」暗号化なし（WPA2以上が必要）',
    ],
    [
      'only its name is known',
      { ...radio, iw: output('\t\tssid town\n') },
      'unknown',
      '接続中の無線LAN「town」の暗号化方式を確認できません',
    ],
    [
      'a saved open network on a terminal whose adapter is out',
      withProfile(profile('空港')),
      'fail',
      `暗号化の弱い無線LANの設定が保存されています: 「空港」暗号化なし（${profilePath}）`,
    ],
    [
      'a saved WPA2 network',
      withProfile(profile('町役場', '[wifi-security]\nkey-mgmt=wpa-psk\npsk=secret\n')),
      'pass',
      'すべてWPA2以上',
    ],
    [
      'a profile that cannot be read',
      { ...withProfile(''), [profilePath]: lost('denied', 'EACCES') },
      'unknown',
      `${profilePath}: 読み取る権限がありません（EACCES）`,
    ],
    [
      'the folder of profiles cannot be read',
      { ...wired, nmSaved: lost('denied', 'EACCES') },
      'unknown',
      'nmSaved: 読み取る権限がありません（EACCES）',
    ],
    [
      'whether there is a radio cannot be told',
      { ...wired, radios: lost('denied', 'EACCES') },
      'unknown',
      'radios: 読み取る権限がありません（EACCES）',
    ],
  ])('%s', (_, raws: Raws, outcome, reason) => {
    const judgement = judgeRaws(netWifiEncryption, raws)
    expect(judgement?.outcome).toBe(outcome)
    expect(judgement?.reason.ja).toContain(reason)
  })

  it('wants what the policy wants', () => {
    const wpa2 = { ...radio, nmcli: output('yes:町役場:WPA2\n') }
    expect(judgeRaws(netWifiEncryption, wpa2, { sections: { network: { wifiEncryption: 'wpa3' } } })?.outcome).toBe(
      'fail',
    )
    expect(judgeRaws(netWifiEncryption, wpa2, { sections: { network: { wifiEncryption: 'any' } } })).toBeNull()
  })
})

describe('where networks are saved', () => {
  it.each([
    ['without security', '', 'open'],
    ['static WEP', '[wifi-security]\nkey-mgmt=none\nwep-key0=12345\n', 'wep'],
    ['dynamic WEP', '[wifi-security]\nkey-mgmt=ieee8021x\n', 'wep'],
    ['the first WPA only', '[wifi-security]\nkey-mgmt=wpa-psk\nproto=wpa;\n', 'wpa'],
    ['both versions', '[wifi-security]\nkey-mgmt=wpa-psk\nproto=wpa;rsn;\n', 'wpa2'],
    ['by certificate', '[wifi-security]\nkey-mgmt=wpa-eap\n', 'wpa2'],
    ['SAE', '[wifi-security]\nkey-mgmt=sae\n', 'wpa3'],
    ['OWE', '[wifi-security]\nkey-mgmt=owe\n', 'owe'],
    ['of a kind that is not known', '[wifi-security]\nkey-mgmt=new\n', null],
  ])('NetworkManager: %s', (_, security, protection) => {
    expect(parseConnectionProfile(profile('town', security), 'f')).toEqual({ ssid: 'town', protection, source: 'f' })
  })

  it('NetworkManager: names as bytes, wired profiles, own access points', () => {
    expect(parseConnectionProfile('[wifi]\nssid=231;148;186;\n', 'f')?.ssid).toBe('町')
    expect(parseConnectionProfile('[connection]\ntype=ethernet\n[ethernet]\n', 'f')).toBeNull()
    expect(parseConnectionProfile('[wifi]\nssid=own\nmode=ap\n', 'f')).toBeNull()
  })

  it('wpa_supplicant.conf(5): one network after another, and none that is commented out', () => {
    const text = `ctrl_interface=/run/wpa_supplicant
network={
  ssid="町役場"
  psk="secret"
}
network={
  ssid=e794ba
  key_mgmt=NONE
  wep_key0="abcde"
}
#network={
#  ssid="old"
#}
network={
  ssid="free"
  key_mgmt=NONE
}
network={
  ssid="new"
  key_mgmt=SAE
}
network={
  ssid="first"
  proto=WPA
}
`
    expect(parseWpaSupplicant(text, 'f').map(({ ssid, protection }) => [ssid, protection])).toEqual([
      ['町役場', 'wpa2'],
      ['町', 'wep'],
      ['free', 'open'],
      ['new', 'wpa3'],
      ['first', 'wpa'],
    ])
  })

  it.each([
    ['town.psk', 'town', 'wpa2'],
    ['FREE SPOT.open', 'FREE SPOT', 'open'],
    ['=e794ba.8021x', '町', 'wpa2'],
  ])('iwd: %s', (path, ssid, protection) => {
    expect(parseIwdName(path, '/var/lib/iwd')).toEqual({ ssid, protection, source: `/var/lib/iwd/${path}` })
  })

  it.each(['ap', 'town.ap', '.known_network.freq'])('iwd: %s is no network', (path) => {
    expect(parseIwdName(path, '/var/lib/iwd')).toBeNull()
  })
})

describe('what is joined', () => {
  it.each([
    ['WPA2-PSK', 'CCMP', 'wpa2'],
    ['WPA2-PSK', 'TKIP', 'wpa'],
    ['WPA-PSK', 'TKIP', 'wpa'],
    ['SAE', 'CCMP', 'wpa3'],
    ['OWE', 'CCMP', 'owe'],
    ['NONE', 'NONE', 'open'],
    ['NONE', 'WEP-104', 'wep'],
    ['WPA2/IEEE 802.1X/EAP', 'CCMP', 'wpa2'],
    ['something new', 'CCMP', null],
  ])('wpa_cli: %s with %s', (management, cipher, protection) => {
    expect(parseWpaStatus(wpaStatus(management, cipher))).toEqual({ ssid: 'town', protection })
  })

  it('wpa_cli: nothing while it searches', () => {
    expect(parseWpaStatus("Selected interface 'wlan0'\nwpa_state=SCANNING\n")).toBeNull()
  })

  it.each([
    ['yes:a\\:b\\\\c:WPA2', 'a:b\\c', 'wpa2'],
    ['yes:ent:WPA2 802.1X', 'ent', 'wpa2'],
    ['yes:mixed:WPA2 WPA3', 'mixed', 'wpa2'],
    ['yes:open:--', 'open', 'open'],
    ['yes:new:WPA9', 'new', null],
  ])('nmcli: %s', (line, ssid, protection) => {
    expect(parseNmcliWifi(`${line}\n`)).toEqual([{ ssid, protection }])
  })
})

describe('net.wifi-encryption on Windows', () => {
  const path = 'C:\\ProgramData\\Microsoft\\Wlansvc\\Profiles\\Interfaces\\{A}\\{B}.xml'
  const adapter = { Name: 'Wi-Fi', InterfaceIndex: 12, InterfaceType: 71, NdisPhysicalMedium: 9 }
  const base: Raws = {
    adapters: rows(adapter),
    connections: rows({ Name: '町役場', InterfaceIndex: 12, InterfaceAlias: 'Wi-Fi' }),
    profiles: folder('{A}/', '{A}/{B}.xml'),
    [path]: file(wlanProfile('町役場', 'WPA2PSK', 'AES')),
  }

  it.each([
    ['WPA2 with AES', {}, 'pass', 'すべてWPA2以上'],
    ['WPA2 with TKIP', { [path]: file(wlanProfile('町役場', 'WPA2PSK', 'TKIP')) }, 'fail', '「町役場」WPA（旧方式）'],
    [
      'the second network of this name',
      { connections: rows({ Name: '町役場 2', InterfaceIndex: 12 }) },
      'pass',
      'すべてWPA2以上',
    ],
    [
      'a connection without a profile',
      { connections: rows({ Name: '空港', InterfaceIndex: 12 }) },
      'unknown',
      '接続中の無線LAN「空港」の暗号化方式を確認できません',
    ],
    [
      'a wired connection beside it',
      { connections: rows({ Name: '役場LAN', InterfaceIndex: 5 }) },
      'pass',
      'すべてWPA2以上',
    ],
    [
      'no adapter and no folder of profiles',
      { adapters: rows(), connections: rows(), profiles: none },
      'pass',
      '無線LANの機器がなく',
    ],
    [
      'profiles that may not be read',
      { profiles: lost('denied', 'EACCES') },
      'unknown',
      'profiles: 読み取る権限がありません',
    ],
    ['adapters that are not told', { adapters: lost('failed', '0x80041010') }, 'unknown', 'adapters: 読み取れません'],
  ])('%s', (_, raws, outcome, reason) => {
    const judgement = judgeRaws(netWifiEncryption, { ...base, ...raws }, { system: 'windows' })
    expect(judgement?.outcome).toBe(outcome)
    expect(judgement?.reason.ja).toContain(reason)
  })

  it.each([
    ['open', 'none', 'open'],
    ['open', 'WEP', 'wep'],
    ['shared', 'WEP', 'wep'],
    ['WPAPSK', 'TKIP', 'wpa'],
    ['WPA2', 'AES', 'wpa2'],
    ['WPA3SAE', 'AES', 'wpa3'],
    ['OWE', 'AES', 'owe'],
    ['WPA9', 'AES', null],
  ])('authentication %s with %s', (authentication, encryption, protection) => {
    expect(parseWlanProfile(wlanProfile('ＡＢＣ ｶﾅ', authentication, encryption), path)).toEqual({
      ssid: 'ＡＢＣ ｶﾅ',
      protection,
      source: path,
    })
  })
})

function wpaStatus(management: string, cipher: string): string {
  return `Selected interface 'wlan0'\nbssid=00:00:5e:00:53:aa\nfreq=2412\nssid=town\nid=0\nmode=station\npairwise_cipher=${cipher}\ngroup_cipher=CCMP\nkey_mgmt=${management}\nwpa_state=COMPLETED\nip_address=192.0.2.5\n`
}

/** The WLAN_profile v1 schema of Microsoft, as the WLAN service keeps it: the name's bytes beside the name. */
function wlanProfile(ssid: string, authentication: string, encryption: string): string {
  const hex = Buffer.from(ssid, 'utf8').toString('hex').toUpperCase()
  return `<?xml version="1.0"?>
<WLANProfile xmlns="http://www.microsoft.com/networking/WLAN/profile/v1">
	<name>${ssid}</name>
	<SSIDConfig><SSID><hex>${hex}</hex><name>?</name></SSID></SSIDConfig>
	<connectionType>ESS</connectionType>
	<connectionMode>auto</connectionMode>
	<MSM><security><authEncryption><authentication>${authentication}</authentication><encryption>${encryption}</encryption><useOneX>false</useOneX></authEncryption></security></MSM>
</WLANProfile>
`
}

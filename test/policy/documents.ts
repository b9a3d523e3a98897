/** A policy and a grant as their authors write them; `changes` replaces keys of the top level. */
export function policyDocument(changes: Record<string, unknown> = {}) {
  return {
    schema: 'tanmori.policy/1',
    id: 'town',
    title: { ja: '町', en: 'Town' },
    version: 7,
    validFrom: '2026-04-01T00:00:00+09:00',
    expires: '2027-03-31T23:59:59+09:00',
    appliesTo: { zones: ['mynumber'] },
    mode: 'enforce',
    ...changes,
  }
}

export function grantDocument(changes: Record<string, unknown> = {}) {
  return {
    schema: 'tanmori.grant/1',
    id: 'G-1',
    subject: { kind: 'medium', label: '委託先 USB', match: { vendorId: '0781', productId: '5581', serial: 'AA01' } },
    access: 'read-write',
    terminals: ['T-1'],
    validFrom: '2026-06-01T00:00:00Z',
    until: '2026-06-30T00:00:00Z',
    reason: 'データ移行',
    applicant: '山田',
    approver: '鈴木',
    ...changes,
  }
}

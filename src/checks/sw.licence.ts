import type { Policy } from '../policy/schema.ts'
import { defineCheck, failed, type JudgeContext, type Judgement, passed } from './check.ts'
import { type InventoryFacts, inventoryFactsSchema } from './inventory.ts'
import { item, listNames } from './item.ts'
import { linuxInventory } from './linux-inventory.ts'
import type { Item } from './result.ts'
import { fitsProgram } from './software-match.ts'
import { windowsInventory } from './windows-inventory.ts'

export const swLicence = defineCheck({
  id: 'sw.licence',
  schema: inventoryFactsSchema,
  linux: linuxInventory,
  windows: windowsInventory,
  judge: judgeLicences,
  remedy: {
    ja: 'この端末に割り当てのない製品を削除するか、ライセンス管理簿（ポリシーの software.licences）に割り当ててください。台帳の数を超えて割り当てている場合は、ライセンスを追加で調達します。',
    en: 'Remove the product, or assign a licence to this terminal in the ledger (`software.licences` of the policy). Where more are assigned than were bought, buy more.',
  },
  minIntervalMinutes: 60,
})

/** A terminal knows its own share: installations over all terminals are counted by the center. */
export function judgeLicences({ programs }: InventoryFacts, { policy, terminalId }: JudgeContext): Judgement | null {
  const { licences } = policy.software
  if (licences.length === 0) return null
  const installed = licences.flatMap((licence) => {
    const program = programs.find((one) => fitsProgram(licence.match, one))
    return program === undefined ? [] : [{ licence, name: `${program.name} ${program.version}`.trim() }]
  })
  const items = installed.flatMap(({ licence, name }) => judgeLicence(licence, name, terminalId))
  if (items.length > 0) {
    return failed(
      `ライセンス管理簿と合わない製品が${items.length}件入っています`,
      `${items.length} installed product(s) do not agree with the licence ledger`,
      items,
    )
  }
  const names = listNames(installed.map(({ licence }) => licence.id))
  const [ja, en] = installed.length === 0 ? ['なし', 'none'] : [names.ja, names.en]
  return passed(
    `管理簿の製品のうちこの端末にあるもの（${ja}）は、すべて割り当てられています`,
    `Every product of the ledger that is here (${en}) is assigned to this terminal`,
  )
}

type Licence = Policy['software']['licences'][number]

function judgeLicence({ id, terminals, seats }: Licence, name: string, terminalId: string): readonly Item[] {
  if (terminals.length > 0 && !terminals.includes(terminalId)) {
    return [
      item(id, `${name}: この端末に割り当てられていません（${id}）`, `${name}: not assigned to this terminal (${id})`),
    ]
  }
  if (seats === 0) return [item(id, `${name}: ライセンスがありません（${id}）`, `${name}: there is no licence (${id})`)]
  if (terminals.length <= seats) return []
  return [
    item(
      id,
      `${name}: ライセンス ${seats} に対して ${terminals.length} 台に割り当てています（${id}）`,
      `${name}: assigned to ${terminals.length} terminals with ${seats} seat(s) (${id})`,
    ),
  ]
}

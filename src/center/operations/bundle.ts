import { z } from 'zod'
import { type ImportResult, importBundle } from '../import/import-bundle.ts'
import { createOperation, type OperationResult } from './operation.ts'

/** `tanmori-center import FILE`: the center itself reads the file, whose path is absolute. */
export const takeBundle = createOperation(
  z.strictObject({ file: z.string().min(1).max(4096) }),
  async (deps, { file }) => {
    const result = await importBundle(deps, file)
    return { json: result, text: describe(result) }
  },
)

function describe({
  terminalId,
  hostname,
  lines,
  newLines,
  raised,
  results,
  proofs,
  chain,
}: ImportResult): OperationResult['text'] {
  const broken = chain.state === 'broken'
  return {
    ja: [
      `${hostname}（${terminalId}）の証跡 ${lines} 行を検証し、新しい ${newLines} 行と対策 ${results} 件の結果を取り込みました。`,
      ...(proofs > 0 ? [`実証の記録 ${proofs} 件を受け取りました。`] : []),
      ...(raised > 0 ? [`証跡の欠落・分岐を ${raised} 件検知しました。`] : []),
      ...(broken ? [`証跡の連鎖に異常があります: ${chain.detail}`] : []),
    ].join('\n'),
    en: [
      `${hostname} (${terminalId}): ${lines} lines verified, ${newLines} of them new; results of ${results} controls`,
      ...(proofs > 0 ? [`${proofs} proofs of what was tried there`] : []),
      ...(raised > 0 ? [`${raised} gaps or forks were raised`] : []),
      ...(broken ? [`its chain is broken: ${chain.detail}`] : []),
    ].join('\n'),
  }
}

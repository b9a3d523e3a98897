import { useMutation } from '@tanstack/react-query'
import type { DocumentView } from '../../../api/contract.ts'
import type { DryRunView } from '../../../api/dry-run-contract.ts'
import { commands } from '../../api/queries.ts'
import { RequestError } from '../../api/request.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Refusal } from '../../parts/states.tsx'
import { useMay } from '../../session/session.tsx'
import { DryRunControls } from './dry-run-controls.tsx'
import { DryRunRules } from './dry-run-rules.tsx'

/** What pushing this policy would change, by what the center holds, before anybody is hurt. */
export function DryRun({ document }: Readonly<{ document: DocumentView }>) {
  const { results } = useTexts()
  const words = results.dryRun
  const mayTry = useMay('operator')
  const run = useMutation({ mutationFn: () => commands.dryRun(document.digest) })
  if (!mayTry) return null
  const isBusy = run.error instanceof RequestError && run.error.code === 'usage'
  return (
    <section aria-labelledby="dry-run-title">
      <h2 id="dry-run-title">{words.title}</h2>
      <p className="hint">{words.lead}</p>
      <p className="dry-run-start">
        <Button pending={run.isPending} onPress={() => run.mutate()}>
          {run.isPending ? words.running : run.data === undefined ? words.start : words.again}
        </Button>
      </p>
      {run.error !== null && <Refusal error={run.error} sentence={isBusy ? words.busy : undefined} />}
      <div role="status">{run.data !== undefined && <Outcome run={run.data} />}</div>
    </section>
  )
}

function Outcome({ run }: Readonly<{ run: DryRunView }>) {
  const { results, pages, format } = useTexts()
  const words = results.dryRun
  if (run.terminals === 0) return <Empty title={words.noAudience} />
  const isCalm = run.failingTerminals === 0 && run.rules.length === 0
  const isSure = run.devicesUnknown === 0 && run.controls.every(({ unsure }) => sumOf(unsure) === 0)
  return (
    <>
      <p className="hint">
        {[words.at(format.dateTime(run.at)), words.audience(pages.common.terminals(run.terminals))].join(' / ')}
      </p>
      <div className={`notice notice-${isCalm && isSure ? 'good' : 'warn'}`}>
        <Icon name={isCalm ? (isSure ? 'check' : 'question') : 'warn'} />
        <div>
          {isCalm && <p>{isSure ? words.calm : words.calmUnsure}</p>}
          {run.failingTerminals > 0 && (
            <p className="notice-title">{words.failing(pages.common.terminals(run.failingTerminals))}</p>
          )}
          {run.refusedDevices > 0 && (
            <p className="notice-title">
              {words.refusing(
                words.count(format.number(run.refusedDevices)),
                pages.common.terminals(run.refusedTerminals),
              )}
            </p>
          )}
          {run.mode === 'observe' && run.refusedDevices > 0 && <p>{words.observing}</p>}
          {run.devicesUnknown > 0 && (
            <p className="hint">{words.deviceUnknown(pages.common.terminals(run.devicesUnknown))}</p>
          )}
        </div>
      </div>
      {run.rules.length > 0 && <DryRunRules rules={run.rules} />}
      {run.controls.length > 0 && <DryRunControls controls={run.controls} />}
    </>
  )
}

function sumOf(unsure: DryRunView['controls'][number]['unsure']): number {
  return unsure['no-facts'] + unsure.baseline + unsure.unreadable
}

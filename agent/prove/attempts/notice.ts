import { disproven, type Judged, notTried, proven } from '../finding.ts'
import type { Trial, Tried } from '../trial.ts'

const notice = {
  ja: '端守の実証試験です。この通知が見えたら、管理者に伝えてください。操作は必要ありません。',
  en: 'A trial of Tanmori. If you see this, tell the administrator. There is nothing that you need to do.',
} as const

export async function tryNotice(trial: Trial): Promise<Tried> {
  return { findings: [{ id: 'notice', ...(await show(trial)) }] }
}

async function show({ platform, confirm }: Trial): Promise<Judged> {
  const sessions = await platform.readSessions()
  const observed = `${sessions.length} sessions`
  if (sessions.length === 0) return notTried('誰もサインインしていません。', 'Nobody is signed in.', observed)
  const mayShow = await confirm({
    ja: '端末の画面に通知を出します。画面を見られますか。',
    en: 'A notice is about to be shown on the screen. Can you see the screen?',
  })
  if (mayShow !== true) {
    return notTried('画面を見て答える人がいません。', 'Nobody is there to say whether it is seen.', observed)
  }
  await platform.notify(notice)
  const wasSeen = await confirm({ ja: '通知は見えましたか。', en: 'Was the notice seen?' })
  if (wasSeen === null) return notTried('答えがありません。', 'Nobody answered.', observed)
  if (wasSeen) return proven('通知が見えました。', 'The notice was seen.', observed)
  return disproven('通知が見えませんでした。', 'The notice was not seen.', observed)
}

import { z } from 'zod'
import { listFailedSensors } from '../collector/presence.ts'
import { countProgress, type TerminalProgress } from '../documents/documents.ts'
import type { DocumentRecord, StoredEvent, TerminalRecord } from '../store/records.ts'
import type { DocumentRow, DocumentView, EventRow, TerminalRow } from './contract.ts'

/** Records of the store as the console's contract shows them. */

export function terminalRow(
  terminal: TerminalRecord,
  wanted: DocumentRecord | null,
  violations24h: number,
): TerminalRow {
  const { id, hostname, zone, group, os, agentVersion, state, stateSince, lastHeard, policy } = terminal
  return {
    id,
    hostname,
    zone,
    group,
    os,
    agentVersion,
    state,
    stateSince,
    lastHeard,
    policy,
    wantedPolicy: wanted === null ? null : { id: wanted.id, version: wanted.version ?? 0, digest: wanted.digest },
    sensorsFailed: [...listFailedSensors(terminal.sensors)],
    violations24h,
  }
}

export function eventRow({ branch: _branch, ...event }: StoredEvent): EventRow {
  return event
}

export function documentRow(document: DocumentRecord, progress: readonly TerminalProgress[]): DocumentRow {
  const { audience, envelope: _envelope, content: _content, title, signers, ...row } = document
  return {
    ...row,
    title: { ...title },
    signers: signers.map((signer) => ({ ...signer })),
    appliesTo: { zones: [...audience.zones], groups: [...audience.groups], terminals: [...audience.terminals] },
    progress: countProgress(progress),
  }
}

const maxTerminals = 1_000
const outcomeOrder = ['refused', 'reverted', 'waiting', 'applied'] as const

export function documentView(
  document: DocumentRecord,
  progress: readonly TerminalProgress[],
  audience: number,
): DocumentView {
  const sorted = progress.toSorted((a, b) => outcomeOrder.indexOf(a.outcome) - outcomeOrder.indexOf(b.outcome))
  return {
    ...documentRow(document, progress),
    content: z.json().parse(document.content),
    audience,
    terminals: sorted.slice(0, maxTerminals).map(({ terminal, outcome, result }) => ({
      terminalId: terminal.id,
      hostname: terminal.hostname,
      zone: terminal.zone,
      outcome,
      code: result?.code ?? '',
      detail: result?.detail ?? '',
      at: result?.at ?? null,
    })),
  }
}

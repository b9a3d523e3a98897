import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import {
  type AuditQuery,
  auditPageSchema,
  type DocumentsQuery,
  documentRowSchema,
  documentsPageSchema,
  documentViewSchema,
  eventsPageSchema,
  overviewSchema,
  type PasswordRequest,
  type SignInRequest,
  sessionViewSchema,
  type TerminalEventsQuery,
  type TerminalsQuery,
  terminalRowSchema,
  terminalsPageSchema,
  terminalViewSchema,
  type UploadRequest,
  type ViolationsQuery,
} from '../../api/contract.ts'
import { dryRunSchema } from '../../api/dry-run-contract.ts'
import {
  type BuildQuery,
  type BuildTerminalsQuery,
  buildsViewSchema,
  buildTerminalsPageSchema,
  buildViewSchema,
  proofViewSchema,
  terminalProofsSchema,
} from '../../api/proofs-contract.ts'
import {
  type AnsweringQuery,
  answeringPageSchema,
  type ClauseTerminalsQuery,
  clauseTerminalsPageSchema,
  controlsViewSchema,
  controlViewSchema,
  type FleetQuery,
  groupsSchema,
  postureSchema,
  standardsViewSchema,
  standardViewSchema,
  terminalAnswersSchema,
  terminalClausesSchema,
} from '../../api/results-contract.ts'
import { request, requestNothing, searchOf } from './request.ts'

/** It goes through all facts of all terminals. */
const dryRunTimeoutMs = 300_000

/** Everything that the pages ask of the center, each with the key under which its answer is kept. */
export const queries = {
  session: () =>
    queryOptions({
      queryKey: ['session'],
      queryFn: ({ signal }) => request('/api/session', sessionViewSchema, { signal }),
      retry: false,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  overview: () =>
    queryOptions({
      queryKey: ['overview'],
      queryFn: ({ signal }) => request('/api/overview', overviewSchema, { signal }),
    }),
  terminals: (query: TerminalsQuery) =>
    queryOptions({
      queryKey: ['terminals', query],
      queryFn: ({ signal }) => request(`/api/terminals${searchOf(query)}`, terminalsPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  terminal: (id: string) =>
    queryOptions({
      queryKey: ['terminal', id],
      queryFn: ({ signal }) => request(`/api/terminals/${encodeURIComponent(id)}`, terminalViewSchema, { signal }),
    }),
  terminalEvents: (id: string, query: TerminalEventsQuery) =>
    queryOptions({
      queryKey: ['terminal-events', id, query],
      queryFn: ({ signal }) =>
        request(`/api/terminals/${encodeURIComponent(id)}/events${searchOf(query)}`, eventsPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  violations: (query: ViolationsQuery) =>
    queryOptions({
      queryKey: ['violations', query],
      queryFn: ({ signal }) => request(`/api/violations${searchOf(query)}`, eventsPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  groups: () =>
    queryOptions({ queryKey: ['groups'], queryFn: ({ signal }) => request('/api/groups', groupsSchema, { signal }) }),
  posture: () =>
    queryOptions({
      queryKey: ['posture'],
      queryFn: ({ signal }) => request('/api/posture', postureSchema, { signal }),
    }),
  controls: (query: FleetQuery) =>
    queryOptions({
      queryKey: ['controls', query],
      queryFn: ({ signal }) => request(`/api/controls${searchOf(query)}`, controlsViewSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  control: (control: string, query: FleetQuery) =>
    queryOptions({
      queryKey: ['control', control, query],
      queryFn: ({ signal }) =>
        request(`/api/controls/${encodeURIComponent(control)}${searchOf(query)}`, controlViewSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  answering: (control: string, query: AnsweringQuery) =>
    queryOptions({
      queryKey: ['answering', control, query],
      queryFn: ({ signal }) =>
        request(`/api/controls/${encodeURIComponent(control)}/terminals${searchOf(query)}`, answeringPageSchema, {
          signal,
        }),
      placeholderData: keepPreviousData,
    }),
  standards: () =>
    queryOptions({
      queryKey: ['standards'],
      queryFn: ({ signal }) => request('/api/standards', standardsViewSchema, { signal }),
    }),
  standard: (id: string, query: FleetQuery) =>
    queryOptions({
      queryKey: ['standard', id, query],
      queryFn: ({ signal }) =>
        request(`/api/standards/${encodeURIComponent(id)}${searchOf(query)}`, standardViewSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  clauseTerminals: (standard: string, query: ClauseTerminalsQuery) =>
    queryOptions({
      queryKey: ['clause-terminals', standard, query],
      queryFn: ({ signal }) => {
        const path = `/api/standards/${encodeURIComponent(standard)}/terminals${searchOf(query)}`
        return request(path, clauseTerminalsPageSchema, { signal })
      },
      placeholderData: keepPreviousData,
    }),
  terminalAnswers: (id: string) =>
    queryOptions({
      queryKey: ['terminal-answers', id],
      queryFn: ({ signal }) =>
        request(`/api/terminals/${encodeURIComponent(id)}/answers`, terminalAnswersSchema, { signal }),
    }),
  terminalClauses: (id: string, standard: string) =>
    queryOptions({
      queryKey: ['terminal-clauses', id, standard],
      queryFn: ({ signal }) => {
        const path = `/api/terminals/${encodeURIComponent(id)}/clauses${searchOf({ standard })}`
        return request(path, terminalClausesSchema, { signal })
      },
      placeholderData: keepPreviousData,
    }),
  builds: () =>
    queryOptions({
      queryKey: ['proofs'],
      queryFn: ({ signal }) => request('/api/proofs', buildsViewSchema, { signal }),
    }),
  build: (query: BuildQuery) =>
    queryOptions({
      queryKey: ['proofs', 'build', query],
      queryFn: ({ signal }) => request(`/api/proofs/build${searchOf(query)}`, buildViewSchema, { signal }),
    }),
  buildTerminals: (query: BuildTerminalsQuery) =>
    queryOptions({
      queryKey: ['proofs', 'terminals', query],
      queryFn: ({ signal }) => request(`/api/proofs/terminals${searchOf(query)}`, buildTerminalsPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  terminalProofs: (id: string) =>
    queryOptions({
      queryKey: ['terminal-proofs', id],
      queryFn: ({ signal }) =>
        request(`/api/terminals/${encodeURIComponent(id)}/proofs`, terminalProofsSchema, { signal }),
    }),
  proof: (id: string, sha256: string) =>
    queryOptions({
      queryKey: ['proof', id, sha256],
      queryFn: ({ signal }) =>
        request(`/api/terminals/${encodeURIComponent(id)}/proofs/${sha256}`, proofViewSchema, { signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  documents: (query: DocumentsQuery) =>
    queryOptions({
      queryKey: ['documents', query],
      queryFn: ({ signal }) => request(`/api/documents${searchOf(query)}`, documentsPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  document: (digest: string) =>
    queryOptions({
      queryKey: ['document', digest],
      queryFn: ({ signal }) => request(`/api/documents/${digest}`, documentViewSchema, { signal }),
    }),
  audit: (query: AuditQuery) =>
    queryOptions({
      queryKey: ['audit', query],
      queryFn: ({ signal }) => request(`/api/audit${searchOf(query)}`, auditPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
}

/** Everything that the pages have the center do. */
export const commands = {
  signIn: (body: SignInRequest) => request('/api/session', sessionViewSchema, { method: 'POST', body }),
  signOut: () => requestNothing('/api/session', { method: 'DELETE' }),
  changePassword: (body: PasswordRequest) => request('/api/password', sessionViewSchema, { method: 'POST', body }),
  upload: (body: UploadRequest) => request('/api/documents', documentRowSchema, { method: 'POST', body }),
  dryRun: (digest: string) =>
    request(`/api/documents/${digest}/dry-run`, dryRunSchema, { method: 'POST', timeoutMs: dryRunTimeoutMs }),
  push: (digest: string) => request(`/api/documents/${digest}/push`, documentRowSchema, { method: 'POST' }),
  revoke: (id: string, reason: string) =>
    request(`/api/terminals/${encodeURIComponent(id)}/revoke`, terminalRowSchema, { method: 'POST', body: { reason } }),
}

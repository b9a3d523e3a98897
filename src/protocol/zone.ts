/** 系: part of a terminal's identity, picks its policy. */
export const zones = ['mynumber', 'lgwan', 'internet'] as const
export type Zone = (typeof zones)[number]

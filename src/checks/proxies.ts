import { z } from 'zod'

export const proxySchema = z.object({
  host: z.string().max(256),
  port: z.int().min(0).max(65535),
  /** Where it is set. */
  source: z.string().max(500),
})
export type ProxySetting = z.infer<typeof proxySchema>

/** Lines as `https_proxy=http://192.0.2.8:8080/` (environment, shell) and `Acquire::http::Proxy "…";` (apt). */
export function parseProxyLines(text: string, source: string): readonly ProxySetting[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|\/\/)/.test(line))
  return lines.flatMap((line) => {
    const [, value = ''] =
      /(?:^|\s)(?:https?|ftp|all)_proxy\s*=\s*["']?([^"'\s;]+)/i.exec(line) ??
      /Acquire::(?:https?|ftp)::(?:Proxy|[^"\s]*::Proxy)\s+"([^"]+)"/i.exec(line) ??
      []
    const proxy = parseProxy(value, source)
    return proxy === null ? [] : [proxy]
  })
}

/** `ProxyServer` of Windows: `192.0.2.8:8080`, or `http=…;https=…`. */
export function parseProxyServer(value: string, source: string): readonly ProxySetting[] {
  return value.split(/[;\s]+/).flatMap((part) => parseProxy(part.replace(/^\w+=/, ''), source) ?? [])
}

/** `http://user@proxy.example:8080/` without what is secret in it; null for none (`DIRECT`, nothing). */
export function parseProxy(value: string, source: string): ProxySetting | null {
  const [, scheme = 'http', host = '', port] =
    /^(?:(\w+):\/\/)?(?:[^@/]*@)?(\[[0-9a-f:.]+\]|[^:/?#\s]+)(?::(\d{1,5}))?(?:[/?#].*)?$/i.exec(value.trim()) ?? []
  if (host === '' || /^(direct|none|false)$/i.test(host)) return null
  const number = port === undefined ? (defaultPorts[scheme.toLowerCase()] ?? 80) : Number(port)
  return number > 65_535 ? null : { host: host.replace(/^\[(.*)\]$/, '$1'), port: number, source }
}

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443, socks: 1080, socks5: 1080, ftp: 21 }

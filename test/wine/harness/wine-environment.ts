/** What Wine is started with: neither .NET nor a browser engine is asked for, and its own messages stay out of outputs. */
export const wineEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/lib/wine',
  HOME: '/suite/home',
  LANG: 'C.UTF-8',
  WINEPREFIX: '/suite/prefix',
  WINEDEBUG: '-all',
  WINEDLLOVERRIDES: 'mscoree,mshtml=',
}

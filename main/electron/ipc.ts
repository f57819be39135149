/** The two names by which preload script and main process know each other. */
export const CONNECT_CHANNEL = 'inkling:connect'
export const ENGINE_CHANNEL = 'inkling:engine'

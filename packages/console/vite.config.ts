import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm run dev` finds a broker. */
const BROKER = 'http://127.0.0.1:8787'

export default defineConfig(({ command }) => ({
  base: '/console/',
  plugins: [react()],
  build: {
    // Those that know light-dark(), so that the style sheets stay as they are written.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    cssTarget: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    modulePreload: { polyfill: false },
    // The content security policy knows no data: addresses.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  // Whatever the environment of the build says: what is served is React for production.
  ...(command === 'build' && { define: { 'process.env.NODE_ENV': '"production"' } }),
  server: { proxy: { '/v1': BROKER, '/openapi.json': BROKER, '/console/sso': BROKER } },
}))

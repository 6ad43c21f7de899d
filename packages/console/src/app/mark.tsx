/** The mark of Bursar. */
export const Mark = ({ size = 26 }: { size?: number }) => (
  <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="8" fill="var(--accent)" />
    <g fill="none" stroke="var(--on-accent)" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
      <circle cx="11.5" cy="19.5" r="5" />
      <path d="m15.2 15.8 8.3-8.3m-4 4 3.5 3.5" />
    </g>
  </svg>
)

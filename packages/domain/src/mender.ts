/** Who can mend it. */
export type Mender = 'nobody' | 'provider' | 'admin' | 'person' | 'operator'

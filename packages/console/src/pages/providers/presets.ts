/** A recipe for a provider that many use, without anything of one's own in it. */
export interface Preset {
  id: string
  title: string
  note: string
  recipe: Record<string, unknown>
}

/**
 * Endpoints and ways of well-known providers, as their own pages describe them. A preset is where a provider
 * begins: what is saved is an ordinary provider that can be changed.
 */
export const PRESETS: readonly Preset[] = [
  {
    id: 'microsoft-app',
    title: 'Microsoft Entra ID, as an application',
    note: 'Microsoft Graph and other APIs without a person.',
    recipe: {
      grant: 'client_credentials',
      fields: [{ name: 'tenant', title: 'Tenant ID or domain', required: true, pattern: '[A-Za-z0-9.-]+' }],
      token_request: {
        url: { template: 'https://login.microsoftonline.com/{{ authData.tenant }}/oauth2/v2.0/token' },
        body: {
          template:
            "{{ formUrlEncode('grant_type', 'client_credentials', 'client_id', authData.clientId, 'client_secret', authData.clientSecret, 'scope', authData.scope) | raw }}",
        },
      },
      scope: ['https://graph.microsoft.com/.default'],
    },
  },
  {
    id: 'microsoft-person',
    title: 'Microsoft Entra ID, for a person',
    note: 'Mail and files of somebody who signs in.',
    recipe: {
      grant: 'authorization_code',
      authorization_url: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
      token_url: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
      client_auth: 'client_secret_post',
      scope: ['offline_access', 'https://graph.microsoft.com/Mail.Read'],
    },
  },
  {
    id: 'google',
    title: 'Google, for a person',
    note: 'Asks for consent each time, so that a refresh token always comes.',
    recipe: {
      grant: 'authorization_code',
      authorization_url: 'https://accounts.google.com/o/oauth2/v2/auth',
      extra_authorization_params: { access_type: 'offline', prompt: 'consent' },
      token_url: 'https://oauth2.googleapis.com/token',
      revocation_url: 'https://oauth2.googleapis.com/revoke',
      client_auth: 'client_secret_post',
      scope: ['https://www.googleapis.com/auth/userinfo.email'],
    },
  },
  {
    id: 'salesforce',
    title: 'Salesforce',
    note: 'Keeps the address of the instance with the token.',
    recipe: {
      grant: 'authorization_code',
      authorization_url: 'https://login.salesforce.com/services/oauth2/authorize',
      token_url: 'https://login.salesforce.com/services/oauth2/token',
      revocation_url: 'https://login.salesforce.com/services/oauth2/revoke',
      client_auth: 'client_secret_post',
      scope: ['api', 'refresh_token'],
      fields: [{ name: 'instanceUrl', title: 'Instance', from_response: 'instance_url' }],
    },
  },
  {
    id: 'marketing-cloud',
    title: 'Salesforce Marketing Cloud',
    note: 'Server to server; the subdomain stands in the address.',
    recipe: {
      grant: 'client_credentials',
      fields: [{ name: 'subdomain', title: 'Subdomain', required: true, pattern: '[a-z0-9-]+' }],
      token_request: {
        url: { template: 'https://{{ authData.subdomain }}.auth.marketingcloudapis.com/v2/token' },
        content_type: 'application/json',
        body: {
          template:
            '{"grant_type": "client_credentials", "client_id": "{{ authData.clientId | escape(strategy="json") | raw }}", "client_secret": "{{ authData.clientSecret | escape(strategy="json") | raw }}"}',
        },
      },
    },
  },
  {
    id: 'github',
    title: 'GitHub app, for a person',
    note: 'Answers are asked for as JSON.',
    recipe: {
      grant: 'authorization_code',
      authorization_url: 'https://github.com/login/oauth/authorize',
      token_url: 'https://github.com/login/oauth/access_token',
      extra_headers: { Accept: 'application/json' },
      client_auth: 'client_secret_post',
    },
  },
  {
    id: 'slack',
    title: 'Slack',
    note: 'Errors come with status 200; the token of the person is an output beside the bot’s.',
    recipe: {
      grant: 'authorization_code',
      authorization_url: 'https://slack.com/oauth/v2/authorize',
      token_url: 'https://slack.com/api/oauth.v2.access',
      client_auth: 'client_secret_post',
      response: { error: 'error', outputs: { user: 'authed_user.access_token' } },
    },
  },
  {
    id: 'hubspot',
    title: 'HubSpot',
    note: 'For a person who installs the app.',
    recipe: {
      grant: 'authorization_code',
      authorization_url: 'https://app.hubspot.com/oauth/authorize',
      token_url: 'https://api.hubapi.com/oauth/v1/token',
      client_auth: 'client_secret_post',
      scope: ['oauth'],
    },
  },
  {
    id: 'adobe',
    title: 'Adobe, server to server',
    note: 'Adobe I/O and Experience Platform.',
    recipe: {
      grant: 'client_credentials',
      token_url: 'https://ims-na1.adobelogin.com/ims/token/v3',
      client_auth: 'client_secret_post',
      scope: ['openid', 'AdobeID'],
    },
  },
]

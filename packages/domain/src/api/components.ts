import type { z } from 'zod'
import { connectLinkInput } from '../connect-link-input.ts'
import { credentialInput, credentialPatch } from '../credential-input.ts'
import { appInput, appPageInput, secretRotation, signingSecretRotation } from '../issuing/app-input.ts'
import { revocationInput, signingKeyInput, signingKeyRotation, tokenCheckInput } from '../issuing/app-page.ts'
import { lifetimePolicy } from '../lifetime.ts'
import { activityInput } from '../marketing-cloud/activity-input.ts'
import { contactInput } from '../marketing-cloud/contact.ts'
import { saltKeyInput, saltKeyPatch } from '../marketing-cloud/salt-key.ts'
import { contextInput, contextPatch } from '../marketing-cloud/security-context.ts'
import { recipeSchema } from '../recipe.ts'
import { responseMapping } from '../response-mapping.ts'
import { event, forwardedEvent } from './reactor/event-route.ts'
import { RESOURCE_BODIES } from './reactor/inputs.ts'
import { RESOURCE_ANSWERS } from './reactor/resources.ts'
import { activityPage, runPage } from './routes/activities.ts'
import { appExceptionPage, appPagePage, appRequestPage, revocationPage } from './routes/app-pages.ts'
import { appPageOfApps } from './routes/apps.ts'
import { callerPage } from './routes/callers.ts'
import { connectLinkPage } from './routes/connect-links.ts'
import { environmentPage, nodePage, settingPage } from './routes/console.ts'
import { credentialPage } from './routes/credentials.ts'
import * as destinations from './routes/destinations.ts'
import { saltKeyPage, securityContextPage } from './routes/key-management.ts'
import { providerPage } from './routes/providers.ts'
import { auditPage } from './routes/service.ts'
import { sessionPage } from './routes/sessions.ts'
import { signingKeyPage } from './routes/signing-keys.ts'
import { credentialTrial, exchangePage } from './routes/tokens.ts'
import { app, appPatchBody, newApp } from './wire/app.ts'
import { appException, appRequest, revocation, tokenCheck } from './wire/app-log.ts'
import { appPage, appPagePatch } from './wire/app-page.ts'
import { auditEntry, auditVerification } from './wire/audit.ts'
import { caller, callerInput, newCaller } from './wire/caller.ts'
import { connectLink, newConnectLink } from './wire/connect-link.ts'
import * as console from './wire/console.ts'
import * as credentials from './wire/credential.ts'
import { destination } from './wire/destination.ts'
import { exchange, validation } from './wire/exchange.ts'
import { explainRequest, explanation } from './wire/explain.ts'
import { keyRotation, keys } from './wire/keys.ts'
import * as marketingCloud from './wire/marketing-cloud.ts'
import { failure, overview } from './wire/overview.ts'
import { problem } from './wire/problem.ts'
import { provider, providerInput, providerReplacement } from './wire/provider.ts'
import { session, signIn, signInLink, signInOptions } from './wire/session.ts'
import { newSigningKey, signingKey } from './wire/signing-key.ts'
import { status } from './wire/status.ts'
import { rendering, renderRequest } from './wire/template.ts'
import { token } from './wire/token.ts'

/** The schemas of request bodies, by the names they have in OpenAPI. */
export const BODIES: Readonly<Record<string, z.ZodType>> = {
  Recipe: recipeSchema,
  RecipeLifetime: lifetimePolicy,
  RecipeResponse: responseMapping,
  CredentialInput: credentialInput,
  CredentialPatch: credentialPatch,
  CredentialTrial: credentialTrial,
  ProviderInput: providerInput,
  ProviderReplacement: providerReplacement,
  ConnectLinkInput: connectLinkInput,
  CallerInput: callerInput,
  TokenPageInput: appPageInput,
  TokenPagePatch: appPagePatch,
  RevocationInput: revocationInput,
  TokenCheckInput: tokenCheckInput,
  AppInput: appInput,
  AppPatch: appPatchBody,
  SecretRotation: secretRotation,
  SigningSecretRotation: signingSecretRotation,
  SigningKeyInput: signingKeyInput,
  SigningKeyRotation: signingKeyRotation,
  SignIn: signIn,
  KeyRotation: keyRotation,
  BulkInput: console.bulkInput,
  CredentialSecretRotation: console.secretRotation,
  ExplainRequest: explainRequest,
  RenderRequest: renderRequest,
  SecurityContextInput: contextInput,
  SecurityContextPatch: contextPatch,
  SaltKeyInput: saltKeyInput,
  SaltKeyPatch: saltKeyPatch,
  ActivityInput: activityInput,
  Contact: contactInput,
  DestinationConfigurationInput: destinations.destinationConfigurationInput,
  DestinationConfigurationUpdate: destinations.destinationConfigurationUpdate,
  ...RESOURCE_BODIES,
  ReactorEvent: event,
}

/** The schemas of answers, by the names they have in OpenAPI. */
export const ANSWERS: Readonly<Record<string, z.ZodType>> = {
  Credential: credentials.credential,
  CredentialPage: credentialPage,
  Reason: credentials.reason,
  TokenFacts: credentials.tokenFacts,
  Deletion: credentials.deletion,
  Authorization: credentials.authorization,
  Destination: destination,
  Token: token,
  Exchange: exchange,
  ExchangePage: exchangePage,
  Validation: validation,
  Explanation: explanation,
  Rendering: rendering,
  Provider: provider,
  ProviderPage: providerPage,
  ConnectLink: connectLink,
  ConnectLinkPage: connectLinkPage,
  NewConnectLink: newConnectLink,
  Caller: caller,
  CallerPage: callerPage,
  NewCaller: newCaller,
  TokenPage: appPage,
  TokenPagePage: appPagePage,
  TokenCheck: tokenCheck,
  Revocation: revocation,
  RevocationPage: revocationPage,
  AppRequest: appRequest,
  AppRequestPage: appRequestPage,
  AppException: appException,
  AppExceptionPage: appExceptionPage,
  App: app,
  AppPage: appPageOfApps,
  NewApp: newApp,
  SigningKey: signingKey,
  SigningKeyPage: signingKeyPage,
  NewSigningKey: newSigningKey,
  Keys: keys,
  Overview: overview,
  Failure: failure,
  Facets: console.facets,
  EnvironmentPage: environmentPage,
  BulkResult: console.bulkResult,
  CredentialUsage: console.credentialUsage,
  TokenClaims: console.tokenClaims,
  SecretRotationResult: console.secretRotationResult,
  SettingPage: settingPage,
  NodePage: nodePage,
  Session: session,
  SessionPage: sessionPage,
  SignInLink: signInLink,
  SignInOptions: signInOptions,
  AuditEntry: auditEntry,
  AuditPage: auditPage,
  AuditVerification: auditVerification,
  Status: status,
  SecurityContext: marketingCloud.securityContext,
  SecurityContextPage: securityContextPage,
  SecurityContextDeletion: marketingCloud.securityContextDeletion,
  SaltKey: marketingCloud.saltKey,
  SaltKeyPage: saltKeyPage,
  Activity: marketingCloud.activity,
  ActivitySummary: marketingCloud.activitySummary,
  ActivityPage: activityPage,
  ActivityDrive: marketingCloud.drive,
  ActivityRun: marketingCloud.run,
  ActivityRunPage: runPage,
  ContactResult: marketingCloud.contactResult,
  DestinationConfiguration: destinations.destinationConfiguration,
  DestinationConfigurationList: destinations.destinationConfigurationList,
  DestinationReceipt: destinations.destinationReceipt,
  ...RESOURCE_ANSWERS,
  ReactorForwardedEvent: forwardedEvent,
  Problem: problem,
}

//! What a person does at Amazon, before anything can be read.

/// The way to a refresh token, with the pages that say so (seen 2026-11-25).
pub const AMAZON: &str = "\
Sellkeep reads your account through an application of your own. Nobody else gets access.

 1. Register as a private developer (once, free): Seller Central, Partner Network, Develop Apps.
    https://developer-docs.amazon.com/sp-api/docs/onboarding-overview
 2. Ask for these roles, and no restricted one; Sellkeep never asks for a buyer's data:
      Finance and Accounting         bank accounts, payouts, balances, loans
      Product Listing                listings, prices, stores
      Inventory and Order Tracking   order numbers and promised dates
    https://developer-docs.amazon.com/sp-api/docs/role-mappings
    \"Finance and Accounting\" could also start a payout. Sellkeep has no way to make such
    a call; who steals the token from this machine would. That is why it is kept sealed.
 3. Add an application, choose these roles, and note its client id and client secret
    (LWA credentials). The secret must be replaced every 180 days.
    https://developer-docs.amazon.com/sp-api/docs/rotating-your-apps-lwa-credentials
 4. Choose \"Authorize app\" for your account, leave the application a draft, and note the
    refresh token. https://developer-docs.amazon.com/sp-api/docs/self-authorization
 5. Note your merchant token (seller id): Settings, Account Info.

What no application can read (sign-ins, users, the second step, authorised applications)
comes from Amazon's mails: connect the mailbox too (sellkeep sources add mailbox).
";

/// What the owner does if the first reading is not his.
pub const NOT_MINE: &str = "\
Then act now, before anything else:
  Sign in by typing the address of Seller Central yourself, change the password, and look at
  Settings: deposit methods, users, authorised applications.
  sellkeep contacts amazon   names the official ways to report it.
The account is watched from now on; nothing of this reading counts as yours.";

/// What a person does at AWS, before a queue can be read.
pub const QUEUE: &str = "\
Amazon writes notifications into a queue of your own; Sellkeep reads them there.

 1. Make a Standard queue (SQS) and let only Amazon write to it: principal 437568002678,
    actions SendMessage and GetQueueAttributes.
    https://developer-docs.amazon.com/sp-api/docs/set-up-notifications-with-amazon-sqs
 2. Make a user whose key may only read this queue: ReceiveMessage, DeleteMessage,
    GetQueueAttributes.
 3. Subscribe to ACCOUNT_STATUS_CHANGED, ORDER_CHANGE and TRANSACTION_UPDATE with the queue as
    destination. LISTINGS_ITEM_STATUS_CHANGE comes by EventBridge; a rule brings it here too.
    https://developer-docs.amazon.com/sp-api/docs/set-up-notifications-with-amazon-eventbridge
    Sellkeep makes no subscription itself: it cannot write at Amazon.
 4. Use another queue for the rotation of your application's secret, and connect that one only
    to what rotates it: Amazon sends the new secret in clear.
";

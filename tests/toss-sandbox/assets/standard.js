/* SANDBOX. The part of Toss Payments' browser library (v2) that a shop needs, for the sandbox
   that serves it: the official npm package loads it when its `src` names this address.
   It checks arguments as the library is documented to, and opens the sandbox's own window. */
(() => {
  'use strict';

  const ANONYMOUS = '@@ANONYMOUS';
  const BASE = new URL('../', document.currentScript.src).href;

  const MESSAGES = {
    INVALID_CLIENT_KEY: 'clientKey가 올바르지 않습니다.',
    INSECURE_KEY_USAGE: '시크릿 키는 클라이언트에서 사용할 수 없습니다.',
    INVALID_CUSTOMER_KEY:
      'customerKey는 영문 대소문자, 숫자, 특수문자(-, _, =, ., @)로 2자 이상 50자 이하여야 합니다.',
    NOT_SUPPORTED_WIDGET_KEY: '결제위젯 연동 키는 지원하지 않습니다.',
    NOT_SUPPORTED_API_INDIVIDUAL_KEY: 'API 개별 연동 키는 지원하지 않습니다.',
    NOT_SUPPORTED_METHOD: '지원하지 않는 결제수단입니다.',
    INVALID_PARAMETERS: '파라미터가 올바르지 않습니다.',
    INVALID_AMOUNT_VALUE: '결제 금액이 올바르지 않습니다.',
    INVALID_AMOUNT_CURRENCY: '결제 금액의 통화가 올바르지 않습니다.',
    BELOW_ZERO_AMOUNT: '결제 금액은 0원보다 커야 합니다.',
    INVALID_METADATA: 'metadata가 올바르지 않습니다.',
    INCORRECT_SUCCESS_URL_FORMAT: 'successUrl이 올바르지 않습니다.',
    INCORRECT_FAIL_URL_FORMAT: 'failUrl이 올바르지 않습니다.',
    INVALID_METHOD_TRANSACTION: '이미 다른 명령을 수행 중입니다.',
    NOT_SUPPORTED_PROMISE: 'Promise 방식을 지원하지 않습니다. successUrl, failUrl을 사용해주세요.',
    PAYMENT_REQUEST_ABORTED: '결제 요청이 중단되었습니다.',
    USER_CANCEL: '취소되었습니다.',
    NOT_SETUP_AMOUNT: '결제금액이 설정되지 않았습니다. setAmount를 호출해주세요.',
    INVALID_SELECTOR: 'selector에 해당하는 HTML 요소를 찾을 수 없습니다.',
    PAYMENT_METHODS_WIDGET_ALREADY_RENDERED: '하나의 결제수단 위젯만을 사용할 수 있어요.',
    AGREEMENT_WIDGET_ALREADY_RENDERED: '하나의 약관 위젯만을 사용할 수 있어요.',
    NOT_SELECTED_PAYMENT_METHOD: '결제수단이 아직 선택되지 않았어요. 결제수단을 선택해 주세요.',
    NEED_AGREEMENT_WITH_REQUIRED_TERMS: '필수 약관에 동의해주세요.',
  };

  class TossPaymentsError extends Error {
    constructor(code, message = MESSAGES[code] ?? code) {
      super(message);
      this.name = 'TossPaymentsError';
      this.code = code;
    }
  }

  const refuse = (code, detail) => {
    const message = MESSAGES[code] ?? code;
    throw new TossPaymentsError(code, detail ? `${message} (${detail})` : message);
  };

  /* ------------------------------------------------------------------ arguments */

  const isObject = (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const isAbsent = (value) => value === undefined || value === null;

  const text = (name, value, pattern) => {
    if (typeof value !== 'string' || !pattern.test(value)) refuse('INVALID_PARAMETERS', name);
  };
  const optionalText = (name, value, pattern) => {
    if (!isAbsent(value)) text(name, value, pattern);
  };

  const COMMON = [
    'orderId', 'orderName', 'successUrl', 'failUrl', 'customerEmail', 'customerName',
    'customerMobilePhone', 'taxFreeAmount', 'windowTarget', 'pendingUrl', 'metadata', 'sandbox',
    'subOrders', 'card', 'transfer', 'virtualAccount', 'foreignEasyPay',
  ];
  const OF_PAYMENT = [...COMMON, 'method', 'amount', 'orderProductCode', 'mobilePhone'];
  const OF_WIDGETS = [...COMMON, 'subMerchantSetting'];

  const METHODS = ['CARD', 'TRANSFER', 'VIRTUAL_ACCOUNT', 'MOBILE_PHONE'];

  const checkKey = (clientKey) => {
    if (typeof clientKey !== 'string' || clientKey === '') refuse('INVALID_CLIENT_KEY');
    if (/^(test|live)_g?sk_/.test(clientKey)) refuse('INSECURE_KEY_USAGE');
    // A live key has no place here, whatever it is for.
    if (!/^test_g?ck_/.test(clientKey)) refuse('INVALID_CLIENT_KEY');
  };

  const checkCustomer = (init) => {
    const key = isObject(init) ? init.customerKey : undefined;
    if (key === ANONYMOUS) return key;
    if (typeof key !== 'string' || !/^[A-Za-z0-9\-_=.@]{2,50}$/.test(key)) {
      refuse('INVALID_CUSTOMER_KEY');
    }
    if (/^(test|live)_g?sk_/.test(key)) refuse('INSECURE_KEY_USAGE');
    return key;
  };

  const checkAmount = (amount) => {
    if (!isObject(amount)) refuse('INVALID_PARAMETERS', 'amount');
    if (typeof amount.value !== 'number' || !Number.isFinite(amount.value)) {
      refuse('INVALID_AMOUNT_VALUE');
    }
    if (!['KRW', 'USD', 'JPY'].includes(amount.currency)) refuse('INVALID_AMOUNT_CURRENCY');
    if (amount.value <= 0) refuse('BELOW_ZERO_AMOUNT');
    if (amount.currency !== 'KRW') refuse('INVALID_AMOUNT_CURRENCY', 'the sandbox knows only KRW');
    if (!Number.isSafeInteger(amount.value)) refuse('INVALID_AMOUNT_VALUE');
    return { currency: amount.currency, value: amount.value };
  };

  const checkUrl = (code, value) => {
    let url;
    try {
      url = new URL(value);
    } catch {
      refuse(code);
    }
    if (!['http:', 'https:'].includes(url.protocol)) refuse(code);
  };

  const checkMetadata = (metadata) => {
    if (isAbsent(metadata)) return;
    if (!isObject(metadata)) refuse('INVALID_METADATA');
    const pairs = Object.entries(metadata);
    const fits = ([key, value]) =>
      key.length <= 40 && !/[[\]]/.test(key) && typeof value === 'string' && value.length <= 2000;
    if (pairs.length > 5 || !pairs.every(fits)) refuse('INVALID_METADATA');
  };

  const checkRequest = (request, allowed) => {
    if (!isObject(request)) refuse('INVALID_PARAMETERS');
    const strange = Object.keys(request).find((name) => !allowed.includes(name));
    if (strange !== undefined) refuse('INVALID_PARAMETERS', strange);
    text('orderId', request.orderId, /^[A-Za-z0-9\-_=]{6,64}$/);
    text('orderName', request.orderName, /^[\s\S]{1,100}$/);
    optionalText('customerName', request.customerName, /^[\s\S]{1,100}$/);
    optionalText('customerEmail', request.customerEmail, /^\S{1,100}$/);
    optionalText('customerMobilePhone', request.customerMobilePhone, /^\d{8,15}$/);
    optionalText('windowTarget', request.windowTarget, /^(self|iframe)$/);
    const free = request.taxFreeAmount ?? 0;
    if (!Number.isSafeInteger(free) || free < 0) refuse('INVALID_PARAMETERS', 'taxFreeAmount');
    checkMetadata(request.metadata);
    const { successUrl, failUrl } = request;
    if (isAbsent(successUrl) && isAbsent(failUrl)) return;
    checkUrl('INCORRECT_SUCCESS_URL_FORMAT', successUrl);
    checkUrl('INCORRECT_FAIL_URL_FORMAT', failUrl);
  };

  const checkTerm = (account) => {
    const hours = account?.validHours;
    if (isAbsent(hours)) return;
    if (!Number.isSafeInteger(hours) || hours < 1 || hours > 2160) {
      refuse('INVALID_PARAMETERS', 'virtualAccount.validHours');
    }
  };

  /* ------------------------------------------------------------------ the window */

  const address = (shop, request, extra) => {
    const url = new URL('v2/window', BASE);
    const fields = {
      clientKey: shop.clientKey,
      customerKey: shop.customerKey,
      orderId: request.orderId,
      orderName: request.orderName,
      customerName: request.customerName,
      taxFreeAmount: request.taxFreeAmount,
      taxExemptionAmount:
        request.card?.taxExemptionAmount ?? request.virtualAccount?.taxExemptionAmount,
      validHours: request.virtualAccount?.validHours,
      metadata: isAbsent(request.metadata) ? undefined : JSON.stringify(request.metadata),
      successUrl: request.successUrl,
      failUrl: request.failUrl,
      ...extra,
    };
    for (const [name, value] of Object.entries(fields)) {
      if (!isAbsent(value)) url.searchParams.set(name, String(value));
    }
    return url.href;
  };

  const isMobile = () => /Android|iPhone|iPad|iPod/i.test(navigator.userAgent);

  /* One window at a time. */
  let open;

  const close = () => {
    open?.frame.remove();
    open = undefined;
  };

  const inFrame = (href) =>
    new Promise((resolve, reject) => {
      const frame = document.createElement('iframe');
      frame.title = 'SANDBOX 결제창 / payment window';
      frame.src = href;
      Object.assign(frame.style, {
        position: 'fixed', inset: '0', width: '100%', height: '100%', border: '0',
        zIndex: '2147483647', colorScheme: 'dark',
      });
      const listen = (event) => {
        if (event.source !== frame.contentWindow || event.origin !== new URL(BASE).origin) return;
        if (event.data?.sandbox !== 'outcome') return;
        window.removeEventListener('message', listen);
        close();
        resolve(event.data);
      };
      window.addEventListener('message', listen);
      open = {
        frame,
        abort: () => {
          window.removeEventListener('message', listen);
          close();
          reject(new TossPaymentsError('PAYMENT_REQUEST_ABORTED'));
        },
      };
      document.body.append(frame);
    });

  const go = async (shop, request, extra) => {
    const redirects = !isAbsent(request.successUrl);
    if (!redirects && isMobile()) refuse('NOT_SUPPORTED_PROMISE');
    if (redirects && request.windowTarget !== 'iframe') {
      window.location.assign(address(shop, request, extra));
      // The page goes away; nobody goes on before it has.
      return new Promise(() => {});
    }
    if (open) refuse('INVALID_METHOD_TRANSACTION');
    const frame = { ...extra, frame: window.location.origin };
    const outcome = await inFrame(address(shop, request, frame));
    if (outcome.goTo) {
      window.location.assign(outcome.goTo);
      return new Promise(() => {});
    }
    if (outcome.code) {
      const closed = outcome.code === 'PAY_PROCESS_CANCELED';
      throw new TossPaymentsError(closed ? 'USER_CANCEL' : outcome.code, outcome.message);
    }
    const amount = { currency: 'KRW', value: Number(outcome.amount) };
    const paid = { paymentKey: outcome.paymentKey, orderId: outcome.orderId, amount };
    return outcome.paymentType ? { paymentType: outcome.paymentType, ...paid } : paid;
  };

  const payment = (shop) => ({
    async requestPayment(request) {
      if (!isObject(request)) refuse('INVALID_PARAMETERS');
      if (!METHODS.includes(request.method)) refuse('NOT_SUPPORTED_METHOD', request.method);
      const amount = checkAmount(request.amount);
      checkRequest(request, OF_PAYMENT);
      checkTerm(request.virtualAccount);
      return go(shop, request, { from: 'payment', method: request.method, amount: amount.value });
    },
    async requestBillingAuth() {
      refuse('NOT_SUPPORTED_METHOD', 'the sandbox has no billing');
    },
    async destroy() {
      open?.abort();
    },
  });

  /* ------------------------------------------------------------------ widgets */

  const LOOK = `
    :host { all: initial; display: block; color-scheme: dark }
    fieldset, label { font: 16px/1.5 system-ui, sans-serif; color: #f6f3ee }
    fieldset { border: 1px solid #ecc27a; border-radius: 12px; padding: 12px 16px; margin: 4px 0;
               background: #151317 }
    legend { padding: 0 8px; border-radius: 6px; color: #ecc27a; background: inherit;
             font-weight: 700 }
    label { display: flex; gap: 10px; padding: 8px 0; cursor: pointer }
    input { accent-color: #ecc27a; width: 20px; height: 20px }
  `;

  const place = (params, code) => {
    const selector = isObject(params) ? params.selector : undefined;
    const host = typeof selector === 'string' ? document.querySelector(selector) : null;
    if (!host) refuse('INVALID_SELECTOR', selector);
    if (host.shadowRoot && host.shadowRoot.childElementCount > 0) refuse(code);
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOK);
    root.adoptedStyleSheets = [sheet];
    return root;
  };

  const choice = (type, value, words) => {
    const label = document.createElement('label');
    const input = document.createElement('input');
    Object.assign(input, { type, value, name: 'sandbox' });
    label.append(input, words);
    return [label, input];
  };

  const group = (title, parts) => {
    const fieldset = document.createElement('fieldset');
    const legend = document.createElement('legend');
    legend.textContent = `SANDBOX · ${title}`;
    fieldset.append(legend, ...parts);
    return fieldset;
  };

  const WAYS = [
    ['CARD', '카드 · Card'],
    ['TOSSPAY', '토스페이 · Toss Pay'],
    ['TRANSFER', '계좌이체 · Bank transfer'],
    ['VIRTUAL_ACCOUNT', '가상계좌 · Virtual account'],
    ['MOBILE_PHONE', '휴대폰 · Mobile phone'],
  ];

  const methodsWidget = (root, state) => {
    const listeners = [];
    state.method = WAYS[0][0];
    const inputs = WAYS.map(([code, words]) => choice('radio', code, words));
    inputs[0][1].checked = true;
    for (const [, input] of inputs) {
      input.addEventListener('change', () => {
        state.method = input.value;
        for (const listener of listeners) listener({ code: state.method });
      });
    }
    root.replaceChildren(group('결제수단 · Payment method', inputs.map(([label]) => label)));
    return {
      on(name, listener) {
        if (name !== 'paymentMethodSelect') refuse('INVALID_PARAMETERS', name);
        listeners.push(listener);
      },
      async getSelectedPaymentMethod() {
        if (!state.method) refuse('NOT_SELECTED_PAYMENT_METHOD');
        return { code: state.method };
      },
      async destroy() {
        state.method = undefined;
        root.replaceChildren();
      },
    };
  };

  const agreementWidget = (root, state) => {
    const listeners = [];
    const [label, input] = choice('checkbox', 'terms', '결제 약관에 동의 · I agree to the terms');
    input.checked = true;
    state.agreed = true;
    input.addEventListener('change', () => {
      state.agreed = input.checked;
      const agreement = { term: { id: 'sandbox-terms', required: true }, agreed: state.agreed };
      const status = { agreedRequiredTerms: state.agreed, agreements: [agreement] };
      for (const listener of listeners) listener(status);
    });
    root.replaceChildren(group('약관 · Terms', [label]));
    return {
      on(name, listener) {
        if (name !== 'agreementStatusChange') refuse('INVALID_PARAMETERS', name);
        listeners.push(listener);
      },
      async destroy() {
        state.agreed = undefined;
        root.replaceChildren();
      },
    };
  };

  const widgets = (shop) => {
    const state = { amount: undefined, method: undefined, agreed: undefined };
    return {
      async setAmount(amount) {
        state.amount = checkAmount(amount);
      },
      async renderPaymentMethods(params) {
        if (!state.amount) refuse('NOT_SETUP_AMOUNT');
        return methodsWidget(place(params, 'PAYMENT_METHODS_WIDGET_ALREADY_RENDERED'), state);
      },
      async renderAgreement(params) {
        return agreementWidget(place(params, 'AGREEMENT_WIDGET_ALREADY_RENDERED'), state);
      },
      async requestPayment(request) {
        checkRequest(request, OF_WIDGETS);
        if (!state.amount) refuse('NOT_SETUP_AMOUNT');
        if (!state.method) refuse('NOT_SELECTED_PAYMENT_METHOD');
        if (state.agreed !== true) refuse('NEED_AGREEMENT_WITH_REQUIRED_TERMS');
        const chosen = { from: 'widgets', method: state.method, amount: state.amount.value };
        return go(shop, request, chosen);
      },
    };
  };

  /* ------------------------------------------------------------------ the library */

  const TossPayments = (clientKey) => {
    checkKey(clientKey);
    const forWidgets = clientKey.startsWith('test_gck_');
    return {
      payment(init) {
        if (forWidgets) refuse('NOT_SUPPORTED_WIDGET_KEY');
        return payment({ clientKey, customerKey: checkCustomer(init) });
      },
      widgets(init) {
        if (!forWidgets) refuse('NOT_SUPPORTED_API_INDIVIDUAL_KEY');
        return widgets({ clientKey, customerKey: checkCustomer(init) });
      },
      brandpay() {
        refuse('NOT_SUPPORTED_METHOD', 'the sandbox has no brandpay');
      },
    };
  };
  TossPayments.ANONYMOUS = ANONYMOUS;

  window.TossPayments = TossPayments;
})();

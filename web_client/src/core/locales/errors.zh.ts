/** What went wrong, in Chinese. */

import type { ErrorTexts } from "./errors.en";

export const errorsZh: ErrorTexts = {
  bad_request: "没能识别您的输入，请检查后再试。",
  unauthorized: "请重新登录。",
  token_expired: "登录已过期，请重新登录。",
  wrong_credentials: "用户名或密码不正确。",
  wrong_otp: "验证码不正确，请输入最新的验证码。",
  username_taken: "这个用户名已被使用。",
  bad_account_form: "用户名须为 2 至 64 个字母、汉字、数字或 . _ - @ +，密码至少 8 个字符。",
  not_found: "内容已不存在，或您无权查看。",
  forbidden: "您的角色不能进行此操作。",
  conflict: "情况刚刚有变化，请重新查看。",
  import_undone: "这次导入已被撤销。如仍需导入，请重新导入该文件。",
  session_ended: "本次咨询已结束。",
  offer_gone: "这个会话已由其他人接待。",
  at_capacity: "当前没有空余名额。",
  rate_limited: "操作有些频繁，请稍等片刻。",
  too_large: "内容过大，无法发送。",
  too_many_connections: "打开的窗口过多，请关闭一些后再试。",
  server_busy: "服务繁忙，正在继续尝试。",
  unavailable: "服务暂时不可用，正在继续尝试。",
  internal: "我们这边出了点问题，请再试一次。",
  network: "网络不可用，请检查您的网络。",
  timeout: "等待回应超时，请再试一次。",
  connection_lost: "连接中断，正在重新连接。",
  offline: "当前离线，联网后会自动继续。",
};

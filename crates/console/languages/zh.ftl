red-button = 我输入了我的密码

level-act-now = 立即处理
level-check-today = 今天查看
level-for-information = 供参考

verdict-word-genuine = 真实
verdict-word-fake = 伪造
verdict-word-unproven = 未证实
verdict-word-unrelated = 无关
verdict-genuine = 它确实来自 { $brand }。
verdict-fake = 它声称来自 { $brand },但证据表明并非如此。
verdict-unproven = 它声称来自 { $brand },没有任何东西能证明或否定这一点。
verdict-unrelated = 它没有声称来自我们所知的任何平台或支付服务。

step-of = 第 { $number } 步,共 { $steps } 步
step-condition = 仅当:
step-evidence = 先保存:
step-who = 由谁
step-within = 期限
step-within-minutes = 事发后 { $count } 分钟内
step-within-hours = 事发后 { $count } 小时内
step-within-days = 事发后 { $count } 天内
step-proof = 完成的标志
step-contacts = 联系谁
step-before = 上一步
step-next = 完成:下一步
step-last = 这是最后一步。
step-incident = 做记录:建立事件

password-entered = 您在假页面上输入了密码
password-entered-1 = 停止使用可疑的标签页和设备;记下时间、页面地址以及输入了什么(密码、验证码、银行、银行卡、身份证件)。
password-entered-2 = 用没有打开过假页面的设备更改平台密码,尽可能使用另一个网络,并自己输入网址或使用书签。
password-entered-3 = 如果还输入了一次性验证码:应视为该会话已被他人掌握。请通过账户被盗的处理流程退出所有会话。
password-entered-4 = 如果接收验证码和通知的邮箱使用相同或相似的密码,请更改该密码,并退出该邮箱的所有会话。
password-entered-5 = 检查邮箱的过滤规则、转发、代理人和应用专用密码;删除不认识的项目。

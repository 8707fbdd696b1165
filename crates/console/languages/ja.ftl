red-button = パスワードを入力してしまった

level-act-now = 今すぐ対応
level-check-today = 今日中に確認
level-for-information = 参考情報

verdict-word-genuine = 本物
verdict-word-fake = 偽物
verdict-word-unproven = 証明なし
verdict-word-unrelated = 無関係
verdict-genuine = これは本当に { $brand } から届いたものです。
verdict-fake = { $brand } からと称していますが、証拠はそうでないことを示しています。
verdict-unproven = { $brand } からと称していますが、それを証明するものも否定するものもありません。
verdict-unrelated = 私たちが知っているマーケットプレイスや決済サービスを名乗っていません。

step-of = { $steps } のうち手順 { $number }
step-condition = 次の場合のみ:
step-evidence = 先に保存するもの:
step-who = 担当
step-within = 期限
step-within-minutes = 発生から { $count } 分以内
step-within-hours = 発生から { $count } 時間以内
step-within-days = 発生から { $count } 日以内
step-proof = 完了の目安
step-contacts = 連絡先
step-before = 前の手順
step-next = 完了:次の手順へ
step-last = これが最後の手順です。
step-incident = 記録を残す:インシデントを開く

password-entered = 偽のページにパスワードを入力しました
password-entered-1 = 疑わしいタブと端末の使用をやめ、時刻、ページのアドレス、入力した内容(パスワード、コード、銀行、カード、身分証)を書き留めてください。
password-entered-2 = 偽のページを開いていない端末から、できれば別の回線で、アドレスを自分で入力するかブックマークを使って、マーケットプレイスのパスワードを変更してください。
password-entered-3 = ワンタイムコードも入力した場合は、そのセッションは乗っ取られたものとみなし、不正アクセスされたアカウント向けの手続きですべてのセッションをサインアウトさせてください。
password-entered-4 = コードや通知を受け取るメールボックスのパスワードが同じか似ている場合は変更し、そこでもすべてのセッションをサインアウトさせてください。
password-entered-5 = メールボックスのフィルター、転送、代理人、アプリパスワードを確認し、覚えのないものを削除してください。

red-button = He escrito mi contraseña

level-act-now = Actúe ahora
level-check-today = Revisar hoy
level-for-information = Para su información

verdict-word-genuine = auténtico
verdict-word-fake = falso
verdict-word-unproven = no probado
verdict-word-unrelated = sin relación
verdict-genuine = Viene realmente de { $brand }.
verdict-fake = Dice venir de { $brand }, y las pruebas dicen que no.
verdict-unproven = Dice venir de { $brand }; nada lo prueba ni lo desmiente.
verdict-unrelated = No dice venir de ningún mercado ni servicio de pago que conozcamos.

step-of = paso { $number } de { $steps }
step-condition = Solo si:
step-evidence = Guarde antes:
step-who = Quién
step-within = En el plazo de
step-within-minutes = { $count ->
    [one] { $count } minuto desde que ocurrió
   *[other] { $count } minutos desde que ocurrió
}
step-within-hours = { $count ->
    [one] { $count } hora desde que ocurrió
   *[other] { $count } horas desde que ocurrió
}
step-within-days = { $count ->
    [one] { $count } día desde que ocurrió
   *[other] { $count } días desde que ocurrió
}
step-proof = Ha funcionado cuando
step-contacts = Con quién contactar
step-before = Paso anterior
step-next = Hecho: siguiente paso
step-last = Ese era el último paso.
step-incident = Lleve un registro: abra un incidente

password-entered = Ha escrito la contraseña en una página falsa
password-entered-1 = Deje de usar la pestaña y el dispositivo sospechosos; anote la hora, la dirección de la página y lo que escribió (contraseña, código, banco, tarjeta, documento de identidad).
password-entered-2 = Cambie la contraseña del mercado desde un dispositivo que no haya abierto la página falsa, a ser posible en otra red, escribiendo usted la dirección o con un marcador.
password-entered-3 = Si también escribió un código de un solo uso: dé la sesión por tomada. Cierre todas las sesiones por la vía para cuentas comprometidas.
password-entered-4 = Cambie la contraseña del buzón que recibe los códigos y avisos si es igual o parecida; cierre allí todas las sesiones.
password-entered-5 = Revise los filtros, reenvíos, delegados y contraseñas de aplicación del buzón; quite los que no conozca.

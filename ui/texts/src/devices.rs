//! Words of letting browsers in.

use super::Table;

// One key a line: a table to read across, not a list to scroll.
#[rustfmt::skip]
pub const TEXTS: Table = texts![
    ("device.new", ["This device is new here", "Este dispositivo es nuevo aquí", "Dieses Gerät ist hier neu", "هذا الجهاز جديد هنا"]),
    ("device.new_what", ["Before it shows anything of the restaurant, a manager lets it in.", "Antes de mostrar nada del restaurante, un encargado lo deja entrar.", "Bevor es etwas vom Restaurant zeigt, lässt die Leitung es herein.", "قبل أن يعرض أي شيء عن المطعم، يُدخله المدير."]),
    ("device.nothing_here", ["Nothing is set up yet", "Aún no hay nada configurado", "Noch ist nichts eingerichtet", "لم يُعدّ شيء بعد"]),
    ("device.code", ["Code of this device", "Código de este dispositivo", "Code dieses Geräts", "رمز هذا الجهاز"]),
    ("device.code_there", ["Code on the device", "Código en el dispositivo", "Code auf dem Gerät", "الرمز على الجهاز المحمول"]),
    ("device.way_open", ["At any till, open Manager, then Terminals.", "En cualquier caja, abre Gerencia y luego Terminales.", "An irgendeiner Kasse „Leitung“ öffnen, dann „Terminals“.", "على أي صندوق افتح الإدارة ثم الأجهزة."]),
    ("device.way_type", ["Under Devices, choose “Let a device in” and type this code.", "En Dispositivos, elige «Dejar entrar un dispositivo» y escribe este código.", "Unter „Geräte“ „Gerät hereinlassen“ wählen und diesen Code eingeben.", "تحت «الأجهزة المحمولة» اختر «إدخال جهاز محمول» واكتب هذا الرمز."]),
    ("device.way_go", ["This page then goes on by itself.", "Esta página sigue entonces sola.", "Diese Seite geht dann von selbst weiter.", "ثم تتابع هذه الصفحة تلقائيًا."]),
    ("device.here", ["A manager is here", "Hay un encargado aquí", "Jemand von der Leitung ist hier", "يوجد مدير هنا"]),
    ("device.here_what", ["This connection is protected, so a manager can let the device in here too.", "Esta conexión está protegida: un encargado también puede dejar entrar el dispositivo aquí.", "Diese Verbindung ist geschützt. Darum kann die Leitung das Gerät auch hier hereinlassen.", "هذا الاتصال محمي، فيمكن للمدير إدخال الجهاز هنا أيضًا."]),
    ("device.here_manager", ["Manager's name", "Nombre del encargado", "Name der Leitung", "اسم المدير"]),
    ("device.here_pin", ["Manager's PIN", "PIN del encargado", "PIN der Leitung", "رمز المدير السري"]),
    ("device.here_name", ["Name of this device", "Nombre de este dispositivo", "Name dieses Geräts", "اسم هذا الجهاز"]),
    ("device.here_wrong", ["Name and PIN do not fit a manager's. Try again.", "El nombre y el PIN no son de un encargado. Prueba otra vez.", "Name und PIN passen zu niemandem von der Leitung. Bitte erneut versuchen.", "الاسم والرمز لا يطابقان مديرًا. حاول مرة أخرى."]),
    ("device.here_wait", ["That did not fit. Wait {n} s, or type this device's code at a till.", "No coincide. Espera {n} s o escribe el código de este dispositivo en una caja.", "Das passt nicht. {n} s warten oder den Code dieses Geräts an einer Kasse eingeben.", "لا تطابق. انتظر {n} ث أو اكتب رمز هذا الجهاز على صندوق."]),
    ("device.title", ["Devices", "Dispositivos", "Geräte", "الأجهزة المحمولة"]),
    ("device.none", ["No handheld and no kitchen tablet was let in yet.", "Aún no ha entrado ningún móvil ni tableta de cocina.", "Noch ist kein Handgerät und kein Küchentablet hereingelassen.", "لم يُدخل بعد أي جهاز محمول أو لوح للمطبخ."]),
    ("device.open", ["Open this address on it; it shows a code:", "Abre en él esta dirección; muestra un código:", "Darauf diese Adresse öffnen; es zeigt einen Code:", "افتح عليه هذا العنوان فيعرض رمزًا:"]),
    ("device.apart", ["None reaches this terminal: it was started alone, as a demo, or while another program used its address. Started anew the usual way, it lets them in.", "Ninguno llega a este terminal: se arrancó solo, como demo, o mientras otro programa usaba su dirección. Arrancado de nuevo de la forma habitual, los deja entrar.", "Keins erreicht dieses Terminal: Es wurde allein oder als Demo gestartet, oder ein anderes Programm benutzte seine Adresse. Neu auf die übliche Art gestartet, lässt es sie herein.", "لا يصل أيها إلى هذا الجهاز: شُغّل وحده أو كعرض تجريبي أو كان برنامج آخر يستخدم عنوانه. إذا شُغّل من جديد بالطريقة المعتادة سمح بدخولها."]),
    ("device.waiting", ["{n} device waits to be let in:|{n} devices wait to be let in:", "{n} dispositivo espera entrar:|{n} dispositivos esperan entrar:", "{n} Gerät wartet auf Einlass:|{n} Geräte warten auf Einlass:", "أجهزة بانتظار الإدخال: {n}"]),
    ("device.let_in", ["Let a device in", "Dejar entrar un dispositivo", "Gerät hereinlassen", "إدخال جهاز محمول"]),
    ("device.let_in_what", ["Type the code that stands on the device in your hand. Let in only what you can see.", "Escribe el código que muestra el dispositivo que tienes delante. Deja entrar solo lo que ves.", "Den Code eingeben, der auf dem Gerät in der Hand steht. Nur hereinlassen, was man vor sich sieht.", "اكتب الرمز الظاهر على الجهاز الذي بيدك. لا تُدخل إلا ما تراه."]),
    ("device.name_hint", ["What people call it: Handheld 1, Kitchen tablet", "Cómo lo llamáis: Móvil 1, Tableta de cocina", "Wie es heißt: Handgerät 1, Küchentablet", "ما يسميه الناس: محمول 1، لوح المطبخ"]),
    ("device.work", ["Opens with", "Se abre con", "Öffnet mit", "يفتح على"]),
    ("device.floor", ["The floor", "La sala", "Tische", "القاعة"]),
    ("device.kitchen", ["The kitchen", "La cocina", "Küche", "المطبخ"]),
    ("device.go", ["Let it in", "Dejar entrar", "Hereinlassen", "أدخله"]),
    ("device.protect", ["Protect devices with this restaurant's certificate", "Proteger los dispositivos con el certificado de este restaurante", "Geräte mit dem Zertifikat dieses Restaurants schützen", "حماية الأجهزة بشهادة هذا المطعم"]),
    ("device.only_protected", ["Only protected devices", "Solo dispositivos protegidos", "Nur geschützte Geräte", "الأجهزة المحمية فقط"]),
    ("device.only_protected_hint", ["Devices without this restaurant's certificate then see nothing but how to get it. Tills go on as they are.", "Los dispositivos sin el certificado de este restaurante solo verán cómo obtenerlo. Las cajas siguen igual.", "Geräte ohne das Zertifikat dieses Restaurants sehen dann nur, wie sie es bekommen. Kassen arbeiten weiter wie bisher.", "لا ترى الأجهزة بلا شهادة هذا المطعم حينها إلا كيفية الحصول عليها. وتستمر الصناديق كما هي."]),
    ("device.heard", ["Heard {ago} ago", "Oído hace {ago}", "Gehört vor {ago}", "سُمع قبل {ago}"]),
    ("device.not_heard", ["Not heard here", "Sin oír aquí", "Hier nicht gehört", "لم يُسمع هنا"]),
    ("device.shut_out", ["Shut this device out", "Excluir este dispositivo", "Dieses Gerät ausschließen", "استبعاد هذا الجهاز"]),
    ("device.shut_out_hint", ["It stops at once at every till, and whoever is signed in on it is signed out. To use it again, let it in anew.", "Se detiene al momento en todas las cajas y cierra la sesión de quien lo usa. Para volver a usarlo, déjalo entrar de nuevo.", "Es endet sofort an jeder Kasse, und wer darauf angemeldet ist, wird abgemeldet. Um es wieder zu nutzen, neu hereinlassen.", "يتوقف فورًا على كل الصناديق ويخرج من سجّل عليه. لاستعماله مجددًا أدخله من جديد."]),
    ("device.shut_out_what", ["It was shut out. It can be let in again with a new code.", "Fue excluido. Puede volver a entrar con un código nuevo.", "Es wurde ausgeschlossen. Mit einem neuen Code kann es wieder herein.", "تم استبعاده. يمكن إدخاله ثانية برمز جديد."]),
];

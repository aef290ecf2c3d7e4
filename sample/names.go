package sample

// culture is where a family's names and language come from.
type culture struct {
	weight   int    // its share of the district's families
	language string // of the home, ISO 639-2
	country  string // of birth of those born abroad, ISO 3166
	race     string // a flag of demographics, empty where none of them fits
	hispanic bool
	female   []name
	male     []name
	family   []name
}

const (
	native   = "americanIndianOrAlaskaNative"
	asian    = "asian"
	black    = "blackOrAfricanAmerican"
	islander = "nativeHawaiianOrOtherPacificIslander"
	white    = "white"
)

// cultures lists whom the district is made of. Names are separated by commas.
func cultures() []culture {
	return []culture{
		{
			30, "eng", "CA", white, false,
			names("Olivia,Emma,Harper,Ella-Mae,Grace,Hannah,Lily,Zoë,Chloe,Nora,Ruby,Piper"),
			names("Liam,Noah,Owen,Jack,Caleb,Wyatt,Hudson,Levi,Miles,Theo,Asher,Eli"),
			names("Miller,Harlow,Baxter,Whitfield,Carver,Pruitt,Langley,Sutter,Hollis,Brandt,Mercer,Ashby,Norwood,Tolliver"),
		},
		{
			11, "eng", "JM", black, false,
			names("Aaliyah,Imani,Nia,Destiny,Jada,Kiara,Amara,Zuri,Da'Nae,Tiana"),
			names("Malik,Isaiah,Jaylen,Xavier,De'Andre,Marcus,Elijah,Tyrell,Kofi,Amari"),
			names("Banks,Freeman,Gaines,Hightower,Boudreaux,Tubbs,Mosley,Grier,Pettway,Broadnax"),
		},
		{
			20, "spa", "MX", white, true,
			names("Sofía,Valentina,Camila,Ximena,Lucía,Guadalupe,María José,Renata,Itzel,Begoña"),
			names("Mateo,Santiago,Ángel,José Luis,Diego,Emiliano,Joaquín,Raúl,Iñigo,Jesús"),
			names("García López,Muñoz,Hernández,Peña,Ibáñez,Núñez Ortega,Ramírez,Quiñones,de la Cruz,Cárdenas,Treviño,Castañeda"),
		},
		{
			6, "spa", "GT", "", true,
			names("Ixchel,Marisol,Yatzil,Dulce María,Rosalía"),
			names("Balam,Tomás,Andrés,Wilmer,Óscar"),
			names("Tzoc,Chávez Ajú,Pop,Xuncax,Ixcoy,Cú"),
		},
		{
			4, "vie", "VN", asian, false,
			names("Linh,Ngọc Anh,Thảo,Mỹ Duyên,Quỳnh,Hương"),
			names("Minh,Đức,Tuấn,Hữu Phước,Khôi,Bảo"),
			names("Nguyễn,Trần,Lê,Phạm,Huỳnh,Võ,Đặng"),
		},
		{
			2, "chi", "CN", asian, false,
			names("雅婷,思涵,欣怡,梓萱"), names("子轩,浩然,宇航,志强"), names("王,李,张,刘,陳,歐陽"),
		},
		{
			2, "chi", "TW", asian, false,
			names("Mei-Ling,Xiuying,Lihua,Yü-Chen"), names("Wei,Jun-Hao,Chih-Ming,Bo"), names("Wang,Lin,Hsü,Ouyang,Lü,Tsai"),
		},
		{
			1, "ara", "IQ", white, false,
			names("فاطمة,زينب,مريم,نور الهدى"), names("محمد,يوسف,علي,عبد الرحمن"), names("الحسيني,الخطيب,العبيدي,حدّاد"),
		},
		{
			2, "ara", "SY", white, false,
			names("Noor,Layla,Hiba,Rania"), names("Omar,Yousef,Tariq,Abd al-Karim"), names("al-Masri,Haddad,El-Sayed,Khoury,Al-Jabiri"),
		},
		{
			2, "haw", "US", islander, false,
			names("Leilani,Kaʻiulani,Keʻalohilani,Nālani,Pualani"), names("Keoni,Kekoa,Kawikaʻōnālani,Makoa,Noʻeau"),
			names("Kealoha,Kahananui,Kekauʻoha,Māhoe,Kāneʻohe"),
		},
		{
			2, "smo", "WS", islander, false,
			names("Sina,Tiresa,Lagi"), names("Tavita,Sione,Fa'amoe"), names("Tuilagi,Fa'asavalu,Leota,Sapolu"),
		},
		{
			2, "pol", "PL", white, false,
			names("Małgorzata,Agnieszka,Zofia,Łucja"), names("Łukasz,Paweł,Grześ,Wojciech"), names("Wiśniewski,Żółkiewski,Dąbek,Łoś,Gąsior"),
		},
		{
			1, "nor", "NO", white, false,
			names("Åse,Ingrid,Sølvi"), names("Bjørn,Håkon,Øyvind"), names("Ødegård,Sæther,Bråten,Kjær"),
		},
		{
			2, "som", "SO", black, false,
			names("Ayaan,Hodan,Sahra,Ifrah"), names("Abdi,Liban,Warsame,Guled"), names("Warsame,Jama,Abdullahi,Hersi,Farah"),
		},
		{
			2, "hmn", "LA", asian, false,
			names("Pa Houa,Mai Yer,Nkauj Hli,Kalia"), names("Tou,Kong Meng,Fue,Xeng"), names("Vang,Xiong,Yang,Lor,Thao"),
		},
		{
			4, "nav", "US", native, false,
			names("Nizhoni,Haseya,Shandiin,Dezbah"), names("Ahiga,Bidziil,Sani,Niyol"), names("Begay,Yazzie,Tsosie,Benally,Tódích'íi'nii,Nez"),
		},
		{
			1, "hat", "HT", black, false,
			names("Mirlande,Fabiola,Guerda,Noëlle"), names("Jean-Baptiste,Étienne,Wisly,Frantz"), names("Toussaint,Jean-Louis,Dorvil,Célestin"),
		},
		{
			3, "eng", "IE", white, false,
			names("Siobhán,Aoife,Niamh,Caoimhe"), names("Seán,Oisín,Pádraig,Eoghan"), names("O'Brien,Ó Súilleabháin,McGrath,O'Shea,Mac Aodha,D'Arcy"),
		},
		{
			1, "kor", "KR", asian, false,
			names("서연,지우,하은"), names("민준,도윤,예준"), names("김,이,박,최"),
		},
		{
			2, "hin", "IN", asian, false,
			names("Ananya,Diya,Priya,Saanvi"), names("Aarav,Arjun,Rohan,Vihaan"), names("Sharma,Iyer,Banerjee,Chaudhary,Patel"),
		},
		{
			1, "ukr", "UA", white, false,
			names("Олена,Соломія,Дарина,Мар'яна"), names("Тарас,Богдан,Мирослав,Лук'ян"), names("Шевчук,Коваленко,Ґалаґан,Їжакевич"),
		},
		{
			2, "tgl", "PH", asian, false,
			names("Maria Luz,Tala,Althea,Niña"), names("Jun-Jun,Bayani,Crisanto,Angelo"), names("dela Peña,Macaraeg,Dimaculangan,Santos,Ignacio"),
		},
		{
			1, "por", "BR", white, true,
			names("Inês,Conceição,Júlia"), names("João,Antônio,Sebastião"), names("Gonçalves,Assunção,Magalhães,Simões"),
		},
		{
			1, "amh", "ET", black, false,
			names("Selamawit,Hirut,Makeda"), names("Dawit,Yonas,Kaleb"), names("Tesfaye,Gebremariam,Wolde"),
		},
		{
			1, "amh", "ET", black, false,
			names("ሰላም,ህይወት,ብርቱካን"), names("አበበ,ዳዊት,ዮናስ"), names("ተስፋዬ,ወልዴ,ገብረማርያም"),
		},
		{
			1, "tur", "TR", white, false,
			names("Çağla,Işıl,Gülşen"), names("İbrahim,Barış,Yiğit"), names("Şahin,Yıldız,Öztürk,Işık"),
		},
		{
			2, "ger", "DE", white, false,
			names("Heike,Käthe,Sünje"), names("Jörg,Günther,Björn"), names("Müller,Weiß,Großmann,Kühn-Schäfer,von der Höhe"),
		},
	}
}

let twelve a b c d e f g h i j k l = a + b + c + d + e + f + g + h + i + j + k * l
let rec turn a b c d e f g h i j k n = if n = 0 then a else turn k a b c d e f g h i j (n - 1)
let call x y = twelve x y x y x y x y x y 11 y + 1
let unknown f x = f x x x x x x x x x x 11 12 + 1
let leave f x = f x x x x x x x x x x 11 12

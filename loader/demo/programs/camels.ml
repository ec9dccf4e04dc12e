(* Read by the toplevel: #use "camels.ml";; *)

type camel = { name : string; humps : int; weight : float }

let herd =
  [ { name = "Asta"; humps = 2; weight = 480. };
    { name = "Bora"; humps = 2; weight = 512.5 };
    { name = "Cleo"; humps = 1; weight = 390. } ]

let heaviest camels =
  List.fold_left (fun best c -> if c.weight > best.weight then c else best) (List.hd camels) camels

package index
import ("testing";"fmt";"github.com/ndoto/kundi/index/terms";"github.com/ndoto/kundi/contacts";"sort")
func TestZZ(t *testing.T){
 set:=map[string]bool{}
 for _,n:=range []string{"서주원","주원","서","조혜은","조","혜은","Busan","서울","south korea","korea"} { for _,k:=range contacts.SearchTokens(n){set[k.Text]=true} }
 for _,p:=range []string{"juwon_seo23693@webletter.example","hyeeunc23586@zonemail.example"}{ e:=contacts.SplitEmail(p); for _,x:=range append(e.LocalPieces,e.DomainPieces...) {set[x]=true}}
 for _,x:=range contacts.CountryWords("KR"){set[x]=true}
 var es []terms.Entry; for k:=range set{es=append(es,terms.Entry{Text:k,Count:1})}
 sort.Slice(es,func(i,j int)bool{return es[i].Text<es[j].Text})
 tt:=terms.New(es)
 for _,q:=range []string{"john","анна"} {
 p:=parse(q,"")
 for _,s:=range p.spans { fmt.Printf("%+v %v\n",s.word.Forms(),tt.Known(s.word,4)) 
  for k:=range set { if m,ok:=s.word.Match(k);ok{fmt.Println(k,m)}}
 }}
}

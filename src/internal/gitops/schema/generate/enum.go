package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// enums are the values that fields may have: by definition and property.
type enums map[string]map[string][]any

// readEnums reads the Go packages of an API module.
func readEnums(dir string) (enums, error) {
	all := enums{}
	return all, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "types.go" {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(dir, filepath.Dir(path))
		if err != nil {
			return err
		}
		all.read(file, "io.k8s.api."+strings.ReplaceAll(filepath.ToSlash(relative), "/", "."))
		return nil
	})
}

// read takes the fields of one file whose type is marked "+enum".
func (e enums) read(file *ast.File, prefix string) {
	values := constants(file)
	enumerated := map[string]bool{}
	types(file, func(spec *ast.TypeSpec, doc string) {
		enumerated[spec.Name.Name] = strings.Contains(doc, "+enum")
	})
	types(file, func(spec *ast.TypeSpec, _ string) {
		structure, ok := spec.Type.(*ast.StructType)
		if !ok {
			return
		}
		for _, field := range structure.Fields.List {
			name, property := typeName(field.Type), jsonName(field)
			if !enumerated[name] || property == "" {
				continue
			}
			definition := prefix + "." + spec.Name.Name
			if e[definition] == nil {
				e[definition] = map[string][]any{}
			}
			e[definition][property] = values[name]
		}
	})
}

// constants returns the values of each string type, sorted.
func constants(file *ast.File) map[string][]any {
	values := map[string][]any{}
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok || general.Tok != token.CONST {
			continue
		}
		for _, spec := range general.Specs {
			value := spec.(*ast.ValueSpec)
			name, ok := value.Type.(*ast.Ident)
			if !ok || len(value.Values) != 1 {
				continue
			}
			if literal, ok := value.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil {
					values[name.Name] = append(values[name.Name], text)
				}
			}
		}
	}
	for _, list := range values {
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	}
	return values
}

func types(file *ast.File, visit func(spec *ast.TypeSpec, doc string)) {
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok || general.Tok != token.TYPE {
			continue
		}
		for _, spec := range general.Specs {
			spec := spec.(*ast.TypeSpec)
			visit(spec, general.Doc.Text()+spec.Doc.Text())
		}
	}
}

// typeName is the name of a field's type, of what it points to or lists.
func typeName(expression ast.Expr) string {
	switch t := expression.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return typeName(t.X)
	case *ast.ArrayType:
		return typeName(t.Elt)
	}
	return ""
}

func jsonName(field *ast.Field) string {
	if field.Tag == nil {
		return ""
	}
	_, tag, _ := strings.Cut(field.Tag.Value, `json:"`)
	tag, _, _ = strings.Cut(tag, `"`)
	name, _, _ := strings.Cut(tag, ",")
	return name
}

// add puts the values where the definitions state a plain string.
func (e enums) add(definitions map[string]map[string]any) {
	for definition, fields := range e {
		properties, _ := definitions[definition]["properties"].(map[string]any)
		for name, values := range fields {
			property, _ := properties[name].(map[string]any)
			if items, ok := property["items"].(map[string]any); ok {
				property = items
			}
			if property["type"] == "string" && len(values) > 0 {
				property["enum"] = values
			}
		}
	}
}

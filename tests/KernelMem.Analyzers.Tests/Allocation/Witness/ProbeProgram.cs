using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using KernelMem.Analyzers.Tests.Allocation.Oracle;
using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace KernelMem.Analyzers.Tests.Allocation.Witness;

/// <summary>
/// Makes a program of a probe: its code, and an entry point that takes the address of each of its functions, so that all of them are
/// compiled to machine code. Generic ones are taken for a struct and for a class, as far as their constraints allow.
/// </summary>
internal sealed class ProbeProgram
{
    private readonly ModuleDefinition _module;
    private readonly ILProcessor _entry;
    private readonly FieldDefinition _kept;

    private ProbeProgram(ModuleDefinition module)
    {
        _module = module;
        var type = new TypeDefinition("", "Entry", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed, module.TypeSystem.Object);
        _kept = new FieldDefinition("s_kept", FieldAttributes.Public | FieldAttributes.Static, module.TypeSystem.IntPtr);
        var enter = new MethodDefinition("Enter", MethodAttributes.Public | MethodAttributes.Static, module.TypeSystem.Void);
        enter.CustomAttributes.Add(Exported());
        type.Fields.Add(_kept);
        type.Methods.Add(enter);
        module.Types.Add(type);
        _entry = enter.Body.GetILProcessor();
    }

    /// <summary>The symbol of the entry point.</summary>
    public const string EntryPoint = "probe_main";

    /// <summary>Writes the program of a probe.</summary>
    public static void Write(Probe probe, CSharpCompilation compilation, string path)
    {
        using MemoryStream image = new();
        Assert.IsTrue(compilation.Emit(image).Success, probe.Code);
        image.Position = 0;
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(image);
        ProbeProgram program = new(assembly.MainModule);
        foreach (TypeDefinition type in assembly.MainModule.Types.Where(type => type.Namespace == probe.Namespace))
        {
            program.Keep(type);
        }

        program._entry.Emit(OpCodes.Ret);
        assembly.Write(path);
    }

    private void Keep(TypeDefinition type)
    {
        foreach (TypeReference[] typeArguments in Arguments(type.GenericParameters))
        {
            TypeReference owner = typeArguments.Length == 0 ? type : type.MakeGenericInstanceType(typeArguments);
            foreach (MethodDefinition method in type.Methods.Where(static method => method.HasBody))
            {
                foreach (TypeReference[] arguments in Arguments(method.GenericParameters))
                {
                    Keep(Instantiate(method, owner, arguments));
                }
            }
        }

        foreach (TypeDefinition nested in type.NestedTypes)
        {
            Keep(nested);
        }
    }

    /// <summary>Volatile: else only the last would be kept.</summary>
    private void Keep(MethodReference method)
    {
        _entry.Emit(OpCodes.Ldftn, method);
        _entry.Emit(OpCodes.Volatile);
        _entry.Emit(OpCodes.Stsfld, _kept);
    }

    private static MethodReference Instantiate(MethodDefinition method, TypeReference owner, TypeReference[] arguments)
    {
        MethodReference open = method;
        if (owner is GenericInstanceType)
        {
            open = new MethodReference(method.Name, method.ReturnType, owner) { HasThis = method.HasThis };
            foreach (ParameterDefinition parameter in method.Parameters)
            {
                open.Parameters.Add(new ParameterDefinition(parameter.ParameterType));
            }

            foreach (GenericParameter parameter in method.GenericParameters)
            {
                open.GenericParameters.Add(new GenericParameter(parameter.Name, open));
            }
        }

        if (arguments.Length == 0)
            return open;

        GenericInstanceMethod instance = new(open);
        foreach (TypeReference argument in arguments)
        {
            instance.GenericArguments.Add(argument);
        }

        return instance;
    }

    private IEnumerable<TypeReference[]> Arguments(IEnumerable<GenericParameter> parameters)
        => parameters.Aggregate<GenericParameter, IEnumerable<TypeReference[]>>([[]], (lists, parameter) => lists.SelectMany(list => Fitting(parameter), static (list, type) => (TypeReference[])[.. list, type]));

    /// <summary>Types of the probes' that a type parameter can stand for.</summary>
    private IEnumerable<TypeReference> Fitting(GenericParameter parameter)
    {
        string[] constraints = [.. parameter.Constraints.Select(static constraint => constraint.ConstraintType.GetElementType().Name)];
        bool Has(string name) => Array.Exists(constraints, constraint => constraint.StartsWith(name, StringComparison.Ordinal));

        if (Has("IEquatable"))
            return [_module.TypeSystem.Int32, _module.TypeSystem.String];
        string[] names = Has("Enum") ? ["E"]
            : Has("Delegate") || Has("MulticastDelegate") ? ["Op"]
            : Has("IEnumerable") ? ["En"]
            : parameter.Constraints.Any(static constraint => constraint.ConstraintType is GenericParameter) ? ["D"]
            : parameter.HasNotNullableValueTypeConstraint ? ["S"]
            : parameter.HasReferenceTypeConstraint || constraints.Contains("C") ? ["C"]
            : constraints.All(static constraint => constraint is "IP" or "Object") ? ["S", "C"]
            : ["S"];
        return names.Select(_module.GetType);
    }

    private CustomAttribute Exported()
    {
        TypeReference attribute = new("System.Runtime.InteropServices", "UnmanagedCallersOnlyAttribute", _module, _module.TypeSystem.CoreLibrary);
        return new CustomAttribute(new MethodReference(".ctor", _module.TypeSystem.Void, attribute) { HasThis = true })
        {
            Fields = { new CustomAttributeNamedArgument("EntryPoint", new CustomAttributeArgument(_module.TypeSystem.String, EntryPoint)) },
        };
    }
}

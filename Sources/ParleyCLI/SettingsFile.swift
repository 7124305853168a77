import Foundation
import ParleyStatements

/// A file of settings: one JSON object, a member a setting.
struct SettingsFile: Hashable {
    static let limitBytes = 256 * 1024
    static let usualName = "parley.json"

    let path: String
    let values: [String: SettingValue]

    /// - Parameter mode: the file's permissions, which matter where something secret is in it.
    init(_ bytes: [UInt8], path: String, mode: Int, table: [Setting]) throws(SettingRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsing: bytes, limitBytes: Self.limitBytes)
        } catch {
            throw .fileMalformed(path, error.explanation)
        }
        guard case .object(let object) = value else {
            throw .fileMalformed(path, "it is no object")
        }
        var values: [String: SettingValue] = [:]
        for member in object.members {
            guard let setting = table.first(where: { $0.name == member.name }) else {
                throw .unknown(member.name, in: path, among: table.map(\.name))
            }
            guard let spelled = Self.value(member.value),
                let checked = setting.kind.checked(spelled)
            else { throw .wrong(setting, in: path) }
            guard !setting.isSecret || mode & 0o077 == 0 else { throw .fileOpen(setting, path) }
            values[setting.name] = checked
        }
        self.path = path
        self.values = values
    }

    static func read(_ path: String, table: [Setting] = Setting.all) throws -> SettingsFile {
        let bytes = try PrivateFile.read(path, limitBytes: limitBytes)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        do throws(SettingRefusal) {
            return try SettingsFile(
                bytes, path: path, mode: (mode as? Int) ?? 0o777, table: table)
        } catch {
            throw error.failure
        }
    }

    private static func value(_ value: JSONValue) -> SettingValue? {
        switch value {
        case .string(let text): return .text(text)
        case .integer(let number): return .number(number)
        case .bool(let isOn): return .flag(isOn)
        case .array(let items):
            var texts: [String] = []
            for item in items {
                guard case .string(let text) = item else { return nil }
                texts.append(text)
            }
            return .list(texts)
        case .object: return nil
        }
    }
}
